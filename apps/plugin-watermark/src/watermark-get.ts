import { chooseTables, countText, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import type { WatermarkDocument } from '@tidemark/domain';
import { openPipeline } from '@tidemark/sync-engine/wiring';
import { positionText } from './position-text.ts';

/** `tidemark watermark get` */
export class WatermarkGet extends TidemarkCommand {
  static override summary = 'Show the watermark of tables.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkGet);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const watermarks: { table: string; watermark: WatermarkDocument | null }[] = [];
    for (const table of tables) watermarks.push({ table: table.scopedName, watermark: (await open.ports.watermarks.read(taskOf(pipeline, table).task))?.document ?? null });
    return { text: watermarks.map(({ table, watermark }) => `${table}\n${watermark === null ? 'No watermark.' : watermarkText(watermark)}`).join('\n\n'), result: { watermarks }, warnings: notes };
  }
}

function watermarkText(document: WatermarkDocument): string {
  const stage = (name: 'mysql_state' | 'redshift_state'): string => {
    const state = document[name];
    return `${state.status}, ${countText(state.total_rows)} rows in all, ${countText(state.last_session_rows)} in the last session${state.error === null ? '' : `; ${state.error.code}: ${state.error.message}`}`;
  };
  return textTable(['', ''], [
    ['epoch, generation', `${document.epoch}, ${document.generation}`],
    ['phase', document.phase.replace('_', ' ')],
    ['staged through', `batch ${document.staged_through.seq}, ${positionText(document.staged_through.position)}`],
    ['loaded through', `batch ${document.loaded_through.seq}, ${positionText(document.loaded_through.position)}`],
    ['MySQL to S3', stage('mysql_state')],
    ['S3 to Redshift', stage('redshift_state')],
    ['written', `${document.updated_at} by ${document.run_id ?? 'nobody'}`],
  ]).replace(/^\s*\n/, '');
}
