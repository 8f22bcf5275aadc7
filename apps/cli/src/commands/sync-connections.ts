import { Flags } from '@oclif/core';
import type { ChosenTables } from '@tidemark/cli-kit';
import type { ConfigFlags, LoadedConfig } from '@tidemark/config';
import { SyncCommand, type SyncFlags } from '../sync/sync-command.ts';
import { SYNC_FLAGS } from '../sync/sync-flags.ts';

interface AdHocFlags {
  readonly source: string;
  readonly target: string;
  readonly table: readonly string[];
  readonly strategy?: string | undefined;
  readonly 'timestamp-column'?: string | undefined;
  readonly 'id-column'?: string | undefined;
  readonly 'load-mode'?: string | undefined;
  readonly 'merge-key'?: readonly string[] | undefined;
  readonly 's3-config'?: string | undefined;
}

/** `tidemark sync connections`: tables of a source to a target, without a pipeline file. */
export class SyncConnections extends SyncCommand {
  static override summary = 'Move tables of a source to a target, without a pipeline.';
  static override description = 'State and files are kept under the pipeline adhoc_SOURCE_to_TARGET; running it again goes on where it stopped.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -s SHOP_RO -r dw -t sales.refunds',
    '<%= config.bin %> <%= command.id %> -s SHOP_RO -r dw -t sales.refunds --timestamp-column changed_at --id-column refund_id --dry-run',
  ];
  static override flags = {
    ...SYNC_FLAGS,
    source: Flags.string({ char: 's', required: true, helpValue: 'SOURCE', summary: 'The source, as connections.yml names it.' }),
    target: Flags.string({ char: 'r', required: true, helpValue: 'TARGET', summary: 'The target, as connections.yml names it.' }),
    table: Flags.string({ char: 't', required: true, multiple: true, helpValue: 'TABLE', summary: 'Table, as schema.table or a bare name of the source’s database; repeats.' }),
    strategy: Flags.string({ helpValue: 'NAME', summary: 'How changed rows are found (cdc_strategy).' }),
    'timestamp-column': Flags.string({ helpValue: 'COLUMN', summary: 'The column that every change of a row advances.' }),
    'id-column': Flags.string({ helpValue: 'COLUMN', summary: 'The unique column that orders rows of equal time.' }),
    'load-mode': Flags.string({ helpValue: 'MODE', summary: 'How rows are written to the target.' }),
    'merge-key': Flags.string({ multiple: true, helpValue: 'COLUMN', summary: 'Column that identifies a row; repeats.' }),
    's3-config': Flags.string({ helpValue: 'NAME', summary: 'The S3 configuration; the only one when it is not given.' }),
  };

  protected override choose(config: LoadedConfig, flags: SyncFlags & AdHocFlags, overrides: ConfigFlags): ChosenTables {
    const settings = { cdc_strategy: flags.strategy, cdc_timestamp_column: flags['timestamp-column'], cdc_id_column: flags['id-column'], load_mode: flags['load-mode'], merge_keys: flags['merge-key'] };
    const tableSettings = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    const { source, target, table, 's3-config': s3Config } = flags;
    const pipeline = config.adHoc({ source, target, tables: [...new Set(table)], tableSettings, ...(s3Config === undefined ? {} : { s3Config }) }, overrides);
    return { config, pipeline, tables: pipeline.tables, notes: [] };
  }
}
