import { chooseTables, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';
import { queriesText } from '../cdc/queries-text.ts';
import { exitOf } from '../cdc/exit-of.ts';

/** `tidemark cdc test-strategy` */
export class CdcTestStrategy extends TidemarkCommand {
  static override summary = 'Show the SQL that a table is read with, for its first load and for the next increment, with the server\'s EXPLAIN.';
  static override description = 'Reads no rows of the table but what fixes the end of the reading. An increment is shown from where the state says that the next run goes on.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders', '<%= config.bin %> <%= command.id %> -t sales.orders --json'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(CdcTestStrategy);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['source'] });
    const { previewTables } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags), tables });
    const previews = await previewTables(open.settings, tables, { source: open.ports.source!, watermarks: open.ports.watermarks });
    const result = previews.map(({ table, strategy, mode, cursor, from, bound, firstLoad, increment, findings, exit }) => ({ table, strategy, mode, cursor, from, bound, first_load: firstLoad, increment, findings, exit }));
    return { text: queriesText(previews), result: { tables: result }, warnings: notes, exitCode: exitOf(previews.map(({ exit }) => exit)) };
  }
}
