import { chooseTables, countText, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** A state conflict: what is there is not what was loaded. */
const EXIT_DIFFERENT = 21;

/** `tidemark watermark count validate` */
export class WatermarkCountValidate extends TidemarkCommand {
  static override summary = 'Compare the rows that were loaded with those that are there.';
  static override description = 'In append mode every row that was loaded; with merge and replace the rows of the source up to the watermark; with scd2 the current rows. Rows that were deleted at the source make a difference. Ends with 21 when a table differs.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --json'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkCountValidate);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['source', 'target'] });
    const { validateCount } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags), tables });
    const { watermarks, source, target } = open.ports;
    const checks = [];
    for (const table of tables) {
      const check = await validateCount({ ...taskOf(pipeline, table), table, settings: open.settings, signal: this.interruption }, { watermarks, source: source!, target: target! });
      checks.push({ table: table.scopedName, mode: check.mode, compared: check.compared, expected: check.expected, found: check.found, is_equal: check.isEqual });
    }
    const rows = checks.map((check) => [check.table, check.mode, countText(check.expected), countText(check.found), check.is_equal ? 'yes' : 'no', check.compared] as const);
    const exitCode = checks.every((check) => check.is_equal) ? 0 : EXIT_DIFFERENT;
    return { text: textTable(['table', 'mode', 'expected', 'found', 'equal', 'compared'], rows), result: { tables: checks }, warnings: notes, exitCode };
  }
}
