import { chooseTables, loadedConfig, PIPELINE_FLAGS, positionText, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark history` */
export class WatermarkHistory extends TidemarkCommand {
  static override summary = 'Show what began each epoch of tables, and where the one before had got to.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkHistory);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const entries = [];
    for (const table of tables) {
      for (const { entry, isInEffect } of await open.ports.watermarks.history(taskOf(pipeline, table).task)) {
        const { epoch, at, generation, before, after } = entry;
        entries.push({ table: table.scopedName, epoch, at, run_id: after.run_id, generation, in_effect: isInEffect, epoch_before: before?.epoch ?? null, loaded_before: before?.loaded_through ?? null, position: after.loaded_through.position });
      }
    }
    const rows = entries.map((entry) => [
      entry.table, entry.epoch, entry.at, entry.run_id, entry.in_effect ? 'yes' : 'no', positionText(entry.position), entry.loaded_before === null ? '' : `epoch ${entry.epoch_before}, ${positionText(entry.loaded_before.position)}`,
    ] as const);
    return { text: rows.length === 0 ? 'No history.' : textTable(['table', 'epoch', 'begun', 'by', 'in effect', 'reading', 'loaded before'], rows), result: { entries }, warnings: notes };
  }
}
