#!/usr/bin/env node
import { execute } from '@oclif/core';
import { renamedCommand } from '../dist/old-commands.js';

// A reader that went away, as head does, has all that it wanted; oclif would wait for it for ever.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
});

const { argv, notice } = renamedCommand(process.argv.slice(2));
if (notice !== null) process.stderr.write(`${notice}\n`);
await execute({ args: [...argv], dir: import.meta.url });
