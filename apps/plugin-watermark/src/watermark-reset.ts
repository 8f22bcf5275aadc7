import { Flags } from '@oclif/core';
import { changeState, chooseTables, EPOCH_FLAGS, epochRequest, epochResult, epochText, loadedConfig, requireTables, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark reset` */
export class WatermarkReset extends TidemarkCommand {
  static override summary = 'Begin a new epoch: the next sync reads the table from the beginning.';
  static override description = 'Works whatever stands in the watermark’s place, nothing and a corrupt document included. Batches that are staged and not loaded never load. The rows that stand in Redshift stay and are merged with what is read.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders', '<%= config.bin %> <%= command.id %> -t sales.orders --preserve-files --yes'];
  static override flags = { ...EPOCH_FLAGS, force: Flags.boolean({ summary: 'Do not ask, and begin anew also over the watermark of a newer version or of another table.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkReset);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    const logger = this.loggerOf(flags);
    const { resetWatermark } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(chosen.pipeline, { logger });
    return await changeState({
      flags: { ...flags, yes: flags.yes || flags.force }, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Begin a new epoch for ${tables}, reading from the beginning?`,
      change: (work) => resetWatermark({ ...epochRequest(work, flags), isForced: flags.force }, work.ports),
      tell: (table, change) => ({ text: epochText(table, change, 'reading from the beginning'), result: epochResult(table, change) }),
    });
  }
}
