import type { Command } from '@oclif/core';
import { BatchesDiscard } from './commands/batches-discard.ts';
import { BatchesList } from './commands/batches-list.ts';
import { CDC_COMMANDS } from './commands/cdc-commands.ts';
import { CONFIG_COMMANDS } from './commands/config-commands.ts';
import { BatchesRestage } from './commands/batches-restage.ts';
import { BatchesShow } from './commands/batches-show.ts';
import { ColumnMappingsClear, ColumnMappingsClearAll } from './commands/column-mappings-clear.ts';
import { ColumnMappingsList } from './commands/column-mappings-list.ts';
import { ColumnMappingsShow } from './commands/column-mappings-show.ts';
import { CompletionMarkersList } from './commands/completion-markers-list.ts';
import { CompletionMarkersWrite } from './commands/completion-markers-write.ts';
import { ConfigValidatePipeline } from './commands/config-validate-pipeline.ts';
import { CONNECTIONS_COMMANDS } from './commands/connections-commands.ts';
import { GLANCE_COMMANDS } from './commands/glance-commands.ts';
import { Sync } from './commands/sync.ts';
import { SyncBackfill } from './commands/sync-backfill.ts';
import { SyncConnections } from './commands/sync-connections.ts';
import { SyncPipeline } from './commands/sync-pipeline.ts';
import { SyncPlan } from './commands/sync-plan.ts';

/** Commands of the app by id; the watermark and s3clean groups come from plugins. */
export const COMMANDS: Readonly<Record<string, Command.Class>> = {
  'batches:discard': BatchesDiscard as unknown as Command.Class,
  'batches:list': BatchesList as unknown as Command.Class,
  ...CDC_COMMANDS,
  ...CONFIG_COMMANDS,
  'batches:restage': BatchesRestage as unknown as Command.Class,
  'batches:show': BatchesShow as unknown as Command.Class,
  'column-mappings:clear': ColumnMappingsClear as unknown as Command.Class,
  'column-mappings:clear-all': ColumnMappingsClearAll as unknown as Command.Class,
  'column-mappings:list': ColumnMappingsList as unknown as Command.Class,
  'column-mappings:show': ColumnMappingsShow as unknown as Command.Class,
  'completion-markers:list': CompletionMarkersList as unknown as Command.Class,
  'completion-markers:write': CompletionMarkersWrite as unknown as Command.Class,
  'config:validate-pipeline': ConfigValidatePipeline as unknown as Command.Class,
  ...CONNECTIONS_COMMANDS,
  ...GLANCE_COMMANDS,
  sync: Sync as unknown as Command.Class,
  'sync:backfill': SyncBackfill as unknown as Command.Class,
  'sync:connections': SyncConnections as unknown as Command.Class,
  'sync:pipeline': SyncPipeline as unknown as Command.Class,
  'sync:plan': SyncPlan as unknown as Command.Class,
};

export { COMMAND_NOT_FOUND } from './command-not-found.ts';
export { OLD_COMMANDS, type OldCommand } from './old-command-table.ts';
export { SyncPipeline } from './commands/sync-pipeline.ts';
