import { chooseTables, type ChosenTables } from '@tidemark/cli-kit';
import type { LoadedConfig } from '@tidemark/config';
import { CLEAN_LOADED_FLAGS, CleanLoadedCommand, type CleanLoadedFlags } from './clean-loaded-command.ts';

/** `tidemark s3clean clean-all` */
export class S3cleanCleanAll extends CleanLoadedCommand {
  static override summary = 'Remove loaded files of every table of a pipeline that are past their retention.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline --dry-run', '<%= config.bin %> <%= command.id %> -p shop_pipeline --older-than 30d --yes'];
  static override flags = CLEAN_LOADED_FLAGS;

  protected override async readFlags(): Promise<CleanLoadedFlags> {
    return (await this.parse(S3cleanCleanAll)).flags;
  }

  protected override choose(config: LoadedConfig, flags: CleanLoadedFlags): ChosenTables {
    return chooseTables(config, flags, { needs: ['target'] });
  }
}
