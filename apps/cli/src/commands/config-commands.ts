import type { Command } from '@oclif/core';
import { ConfigExplain } from './config-explain.ts';
import { ConfigImport } from './config-import.ts';
import { ConfigListPipelines } from './config-list-pipelines.ts';
import { ConfigSetup } from './config-setup.ts';
import { ConfigShowPipeline } from './config-show-pipeline.ts';
import { ConfigStatus } from './config-status.ts';
import { ConfigValidatePipeline } from './config-validate-pipeline.ts';

/** The `config` commands by id. */
export const CONFIG_COMMANDS: Readonly<Record<string, Command.Class>> = {
  'config:explain': ConfigExplain as unknown as Command.Class,
  'config:import': ConfigImport as unknown as Command.Class,
  'config:list-pipelines': ConfigListPipelines as unknown as Command.Class,
  'config:setup': ConfigSetup as unknown as Command.Class,
  'config:show-pipeline': ConfigShowPipeline as unknown as Command.Class,
  'config:status': ConfigStatus as unknown as Command.Class,
  'config:validate-pipeline': ConfigValidatePipeline as unknown as Command.Class,
};
