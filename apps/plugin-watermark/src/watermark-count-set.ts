import { Flags } from '@oclif/core';
import { changeState, chooseTables, countText, loadedConfig, requireTables, STATE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { setLoadedCount } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark count set` */
export class WatermarkCountSet extends TidemarkCommand {
  static override summary = 'Correct how many rows were loaded in all.';
  static override description = 'Only the count changes: reading and loading go on as before.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --count 1200000'];
  static override flags = { ...STATE_FLAGS, count: Flags.integer({ min: 0, required: true, helpValue: 'N', summary: 'Rows loaded in all sessions.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkCountSet);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    const logger = this.loggerOf(flags);
    await using open = await openPipeline(chosen.pipeline, { logger });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Set the count of ${tables} to ${countText(flags.count)}?`,
      change: ({ request, ports }) => setLoadedCount({ ...request, count: flags.count }, ports),
      tell: (table, { before, after, isDryRun }) => ({
        text: `${table}: ${countText(before.redshift_state.total_rows)} rows loaded in all ${isDryRun ? 'would become' : 'are now'} ${countText(after.redshift_state.total_rows)}.`,
        result: { table, dry_run: isDryRun, count_before: before.redshift_state.total_rows, count: after.redshift_state.total_rows },
      }),
    });
  }
}
