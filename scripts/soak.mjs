/**
 * `npm run soak -- [vitest arguments]`: builds the workspace and runs the tests that live through generated histories, many of them.
 * TIDEMARK_SOAK says how many histories each of them makes; 200 when it is not set.
 */
process.env.TIDEMARK_SOAK ??= '200';
if (process.argv.length === 2) process.argv.push('histories', 'soak', 'engine/crash.test');
await import('./test.mjs');
