import { Flags } from '@oclif/core';
import { changeState, chooseTables, CliError, loadedConfig, STATE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { clearColumnMapping, type MappingChange } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

const CLEAR_FLAGS = { ...STATE_FLAGS, all: Flags.boolean({ exclusive: ['table'], summary: 'Of every table of the pipeline.' }) };

/** `tidemark column-mappings clear` */
export class ColumnMappingsClear extends TidemarkCommand {
  static override summary = 'Forget the names that columns have had, so that the next run names them anew.';
  static override description = 'The next run takes the names of columns.rename and of the rule, and renames the target’s columns as schema_contract allows. No row is touched.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders', '<%= config.bin %> <%= command.id %> -p shop_pipeline --all --yes'];
  static override flags = CLEAR_FLAGS;

  /** Every table is meant when none is named. */
  protected isAll(flags: { readonly all: boolean }): boolean {
    return flags.all;
  }

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(this.ctor as typeof ColumnMappingsClear);
    if (flags.table === undefined && !this.isAll(flags)) throw new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name each table with -t, or add --all.'] });
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    const logger = this.loggerOf(flags);
    await using open = await openPipeline(chosen.pipeline, { logger });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Forget the names of the columns of ${tables}?`,
      change: (work) => clearColumnMapping(work.request, work.ports),
      tell: (table, change) => ({ text: mappingText(table, change), result: { table, dry_run: change.isDryRun, cleared: change.before } }),
    });
  }
}

/** `tidemark column-mappings clear-all`, under its old name. */
export class ColumnMappingsClearAll extends ColumnMappingsClear {
  static override hidden = true;

  protected override isAll(): boolean {
    this.logToStderr('column-mappings clear-all is column-mappings clear --all now.');
    return true;
  }
}

function mappingText(table: string, { before, isDryRun }: MappingChange): string {
  const names = Object.entries(before).map(([source, target]) => `${source} as ${target}`);
  if (names.length === 0) return `${table}: no name is stored that differs from the source's.`;
  return `${table}: ${names.join(', ')} ${isDryRun ? 'would be forgotten' : 'forgotten'}.`;
}
