#!/usr/bin/env node
import '../dist/compile-cache.js';

// A reader that went away, as head does, has all that it wanted; oclif would wait for it for ever.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
});

// Loaded after the cache is on: what is imported above would be compiled without it.
const { main } = await import('../dist/main.js');
await main(process.argv.slice(2));
