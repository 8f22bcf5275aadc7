import type { Command } from '@oclif/core';
import { Features } from './features.ts';
import { Info } from './info.ts';
import { Status } from './status.ts';
import { Version } from './version.ts';

/** The commands that stand alone, by id. */
export const GLANCE_COMMANDS: Readonly<Record<string, Command.Class>> = {
  features: Features as unknown as Command.Class,
  info: Info as unknown as Command.Class,
  status: Status as unknown as Command.Class,
  version: Version as unknown as Command.Class,
};
