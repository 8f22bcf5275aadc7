/**
 * `npm run soak -- [vitest arguments]`: builds the workspace and runs the tests that live through generated histories, many of them.
 * TIDEMARK_SOAK says how many histories each of them makes; 200 when it is not set. What they have lived through is printed at the end.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-soak-'));
const figures = join(folder, 'figures.txt');
process.env.TIDEMARK_SOAK ??= '200';
process.env.TIDEMARK_FIGURES = figures;
if (process.argv.length === 2) process.argv.push('histories', 'soak');
process.once('exit', () => {
  if (existsSync(figures)) process.stdout.write(`\n${readFileSync(figures, 'utf8')}`);
  rmSync(folder, { recursive: true });
});
await import('./test.mjs');
