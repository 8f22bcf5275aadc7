import type { Command } from '@oclif/core';
import { S3cleanList } from './s3clean-list.ts';

/** Commands of the plugin by id. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  's3clean:list': S3cleanList as unknown as Command.Class,
};
