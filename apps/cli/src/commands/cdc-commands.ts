import type { Command } from '@oclif/core';
import { CdcStrategies } from './cdc-strategies.ts';
import { CdcTestStrategy } from './cdc-test-strategy.ts';
import { CdcValidate } from './cdc-validate.ts';

/** The `cdc` commands by id. */
export const CDC_COMMANDS: Readonly<Record<string, Command.Class>> = {
  'cdc:strategies': CdcStrategies as unknown as Command.Class,
  'cdc:test-strategy': CdcTestStrategy as unknown as Command.Class,
  'cdc:validate': CdcValidate as unknown as Command.Class,
};
