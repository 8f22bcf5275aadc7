import type { Command } from '@oclif/core';
import { S3cleanClean } from './s3clean-clean.ts';
import { S3cleanCleanAll } from './s3clean-clean-all.ts';
import { S3cleanList } from './s3clean-list.ts';
import { S3cleanOrphans } from './s3clean-orphans.ts';

/** Commands of the plugin by id. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  's3clean:clean': S3cleanClean as unknown as Command.Class,
  's3clean:clean-all': S3cleanCleanAll as unknown as Command.Class,
  's3clean:list': S3cleanList as unknown as Command.Class,
  's3clean:orphans': S3cleanOrphans as unknown as Command.Class,
};
