import { chooseTables, PIPELINE_FLAGS, type ChosenTables, type PipelineChoice } from '@tidemark/cli-kit';
import type { ConfigFlags, LoadedConfig } from '@tidemark/config';
import { SyncCommand, type SyncFlags } from '../sync/sync-command.ts';
import { SYNC_FLAGS } from '../sync/sync-flags.ts';

/** `tidemark sync pipeline`: the main job. */
export class SyncPipeline extends SyncCommand {
  static override summary = 'Move the tables of a pipeline from MySQL to Redshift.';
  static override description = 'Goes on where the last run stopped. Running it again after any failure is safe: no row is lost and none is loaded twice.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -p shop_pipeline',
    '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --dry-run',
    '<%= config.bin %> <%= command.id %> -p shop_pipeline --backup-only --limit 100000',
    '<%= config.bin %> <%= command.id %> -p shop_pipeline --parallel 4 --json-output result.json',
  ];
  static override flags = { ...PIPELINE_FLAGS, ...SYNC_FLAGS };

  protected override choose(config: LoadedConfig, flags: SyncFlags & PipelineChoice, overrides: ConfigFlags): ChosenTables {
    return chooseTables(config, flags, overrides);
  }
}
