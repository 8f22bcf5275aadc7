import { chooseTables, CliError, type ChosenTables } from '@tidemark/cli-kit';
import type { LoadedConfig } from '@tidemark/config';
import { CLEAN_LOADED_FLAGS, CleanLoadedCommand, type CleanLoadedFlags } from './clean-loaded-command.ts';

/** `tidemark s3clean clean` */
export class S3cleanClean extends CleanLoadedCommand {
  static override summary = 'Remove loaded files of tables that are past their retention.';
  static override description = 'Files go by the exact keys of manifests whose batches the load ledger has. Files of other tables and foreign files stay, and so do files that wait to be loaded, unless --include-unloaded says otherwise.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders --dry-run', '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --older-than 7d --yes', '<%= config.bin %> <%= command.id %> -t sales.orders --include-unloaded --older-than 0 --confirm-table sales.orders'];
  static override flags = CLEAN_LOADED_FLAGS;

  protected override async readFlags(): Promise<CleanLoadedFlags> {
    return (await this.parse(S3cleanClean)).flags;
  }

  protected override choose(config: LoadedConfig, flags: CleanLoadedFlags): ChosenTables {
    if (flags.table === undefined) throw new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name each table with -t, or clean a whole pipeline: tidemark s3clean clean-all -p NAME.'] });
    return chooseTables(config, flags, { needs: ['target'] });
  }
}
