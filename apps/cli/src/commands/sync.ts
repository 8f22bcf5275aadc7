import { CliError, type ChosenTables, type PipelineChoice } from '@tidemark/cli-kit';
import type { ConfigFlags, LoadedConfig } from '@tidemark/config';
import type { SyncFlags } from '../sync/sync-command.ts';
import { SyncPipeline } from './sync-pipeline.ts';

/** `tidemark sync -t TABLE`: the pipeline is found from the table. */
export class Sync extends SyncPipeline {
  static override summary = 'Move tables from MySQL to Redshift; the pipeline is found from the table.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders', '<%= config.bin %> <%= command.id %> -t sales.orders -c SHOP_RO --limit 100000'];

  protected override choose(config: LoadedConfig, flags: SyncFlags & PipelineChoice, overrides: ConfigFlags): ChosenTables {
    if (flags.table === undefined) {
      throw new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name tables with -t, or sync a whole pipeline: tidemark sync pipeline -p NAME.'] });
    }
    return super.choose(config, flags, overrides);
  }
}
