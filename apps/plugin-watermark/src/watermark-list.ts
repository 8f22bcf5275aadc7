import { chooseTables, loadedConfig, PIPELINE_FLAGS, positionText, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark list` */
export class WatermarkList extends TidemarkCommand {
  static override summary = 'List the watermarks of a pipeline, a line each.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkList);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const watermarks = [];
    for (const table of tables) {
      const document = (await open.ports.watermarks.read(taskOf(pipeline, table).task))?.document;
      watermarks.push({
        table: table.scopedName,
        epoch: document?.epoch ?? null,
        phase: document?.phase ?? null,
        staged_seq: document?.staged_through.seq ?? null,
        loaded_seq: document?.loaded_through.seq ?? null,
        position: document?.loaded_through.position ?? null,
        rows_loaded: document?.redshift_state.total_rows ?? null,
        updated_at: document?.updated_at ?? null,
      });
    }
    const rows = watermarks.map((mark) => [mark.table, mark.epoch, mark.phase, mark.staged_seq, mark.loaded_seq, mark.rows_loaded, mark.epoch === null ? 'no watermark' : positionText(mark.position)] as const);
    return { text: textTable(['table', 'epoch', 'phase', 'staged', 'loaded', 'rows', 'loaded through'], rows), result: { watermarks }, warnings: notes };
  }
}
