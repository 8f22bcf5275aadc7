#!/usr/bin/env node
import { execute } from '@oclif/core';

// A reader that went away, as head does, has all that it wanted; oclif would wait for it for ever.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
});

await execute({ dir: import.meta.url });
