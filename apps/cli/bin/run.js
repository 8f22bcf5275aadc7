#!/usr/bin/env -S node --max-semi-space-size=4
// Before anything of ours is imported: an older Node stops at the first name that it does not have, and says nothing else.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 18)) {
  process.stderr.write(`Error: tidemark needs Node 24.18 or newer; this is Node ${process.versions.node} (${process.execPath})\nTry: Install a newer Node, or put one before it in PATH.\n`);
  process.exit(70);
}
await import('../dist/compile-cache.js');

// A reader that went away, as head does, has all that it wanted; oclif would wait for it for ever.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
});

// Loaded after the cache is on: what is imported above would be compiled without it.
const { main } = await import('../dist/main.js');
await main(process.argv.slice(2));
