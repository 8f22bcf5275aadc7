import { Flags } from '@oclif/core';
import { changeState, chooseTables, EPOCH_FLAGS, epochRequest, epochResult, epochText, loadedConfig, positionText, requireTables, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark rollback` */
export class WatermarkRollback extends TidemarkCommand {
  static override summary = 'Go back to where a table was when an earlier epoch ended, as a new epoch.';
  static override description = 'Without --to-epoch it undoes the set, reset or rollback that began the current epoch. Batches that are staged and not loaded never load.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders', '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --to-epoch 2 --dry-run'];
  static override flags = { ...EPOCH_FLAGS, 'to-epoch': Flags.integer({ min: 1, helpValue: 'N', summary: 'The epoch at whose end reading goes on; watermark history lists them.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkRollback);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    const logger = this.loggerOf(flags);
    const { rollbackWatermark } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(chosen.pipeline, { logger });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Go back for ${tables}?`,
      change: (work) => rollbackWatermark({ ...epochRequest(work, flags), toEpoch: flags['to-epoch'] ?? null }, work.ports),
      tell: (table, change) => ({ text: epochText(table, change, `reading ${positionText(change.after.loaded_through.position)}`), result: epochResult(table, change) }),
    });
  }
}
