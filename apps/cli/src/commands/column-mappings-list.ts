import { chooseTables, loadedConfig, PIPELINE_FLAGS, taskOf, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { listColumnNames } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark column-mappings list` */
export class ColumnMappingsList extends TidemarkCommand {
  static override summary = 'List the columns that have another name in Redshift.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -t sales.orders --json'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(ColumnMappingsList);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const listed = [];
    for (const table of tables) {
      const columns = await listColumnNames(taskOf(pipeline, table).task, open.ports);
      listed.push({ table: table.scopedName, total_columns: columns.length, mappings: Object.fromEntries(columns.filter(({ isRenamed }) => isRenamed).map(({ source, target }) => [source, target])) });
    }
    const rows = listed.flatMap(({ table, mappings }) => Object.entries(mappings).map(([source, target]) => [table, source, target] as const));
    return { text: rows.length === 0 ? 'No column has another name.' : textTable(['table', 'source', 'redshift'], rows), result: { tables: listed }, warnings: notes };
  }
}
