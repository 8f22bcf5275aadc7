import type { CommandModules } from '@tidemark/cli-kit';

/** The s3clean commands by id. */
export const COMMAND_MODULES: CommandModules = {
  's3clean:clean': async () => (await import('./s3clean-clean.ts')).S3cleanClean,
  's3clean:clean-all': async () => (await import('./s3clean-clean-all.ts')).S3cleanCleanAll,
  's3clean:list': async () => (await import('./s3clean-list.ts')).S3cleanList,
  's3clean:orphans': async () => (await import('./s3clean-orphans.ts')).S3cleanOrphans,
};
