import { everyCommand } from '@tidemark/cli-kit';
import { COMMAND_MODULES } from './command-modules.ts';

/** Every command of the app, loaded: where oclif looks. */
export const COMMANDS = await everyCommand(COMMAND_MODULES);

export { COMMAND_NOT_FOUND } from './command-not-found.ts';
export { OLD_COMMANDS, type OldCommand } from './old-command-table.ts';
export { SyncPipeline } from './commands/sync-pipeline.ts';
