import { everyCommand } from '@tidemark/cli-kit';
import { COMMAND_MODULES } from './index.ts';

/** Every command of the plugin, loaded: where oclif looks. */
export const COMMANDS = await everyCommand(COMMAND_MODULES);
