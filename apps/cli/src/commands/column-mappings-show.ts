import { chooseTables, loadedConfig, PIPELINE_FLAGS, requireTables, taskOf, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { listColumnNames } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark column-mappings show` */
export class ColumnMappingsShow extends TidemarkCommand {
  static override summary = 'Show every column of a table with its name in Redshift.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(ColumnMappingsShow);
    requireTables(flags);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const shown = [];
    for (const table of tables) shown.push({ table: table.scopedName, columns: await listColumnNames(taskOf(pipeline, table).task, open.ports) });
    const text = shown.map(({ table, columns }) => {
      if (columns.length === 0) return `${table}: nothing is staged yet, so its columns have no names.`;
      return [table, textTable(['source', 'redshift', 'type', ''], columns.map(({ source, target, sourceType, isRenamed, isDropped }) => [source, target, sourceType, isDropped ? 'dropped at the source' : isRenamed ? 'renamed' : '']))].join('\n');
    });
    return { text: text.join('\n\n'), result: { tables: shown.map(({ table, columns }) => ({ table, columns: columns.map(({ source, target, sourceType, isRenamed, isDropped }) => ({ source, target, source_type: sourceType, renamed: isRenamed, dropped: isDropped })) })) }, warnings: notes };
  }
}
