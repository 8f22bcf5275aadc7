import type { Command, Config } from '@oclif/core';
import type { TidemarkCommand } from './tidemark-command.ts';

/** Commands by id, such as `sync:pipeline`; each is loaded when it is asked for. */
export type CommandModules = Readonly<Record<string, () => Promise<abstract new (argv: string[], config: Config) => TidemarkCommand>>>;

/** Loads all of them, in the form that oclif takes: for help and documents, not for running one. */
export async function everyCommand(modules: CommandModules): Promise<Readonly<Record<string, Command.Class>>> {
  const loaded = await Promise.all(Object.entries(modules).map(async ([id, load]) => [id, (await load()) as unknown as Command.Class] as const));
  return Object.fromEntries(loaded);
}
