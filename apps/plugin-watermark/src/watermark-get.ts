import { Flags } from '@oclif/core';
import { bytesText, chooseTables, countText, loadedConfig, PIPELINE_FLAGS, positionText, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import type { WatermarkDocument } from '@tidemark/domain';
import { listFiles, type FileView } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark get` */
export class WatermarkGet extends TidemarkCommand {
  static override summary = 'Show the watermark of tables.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders', '<%= config.bin %> <%= command.id %> -t sales.orders --show-files'];
  static override flags = { ...PIPELINE_FLAGS, 'show-files': Flags.boolean({ summary: 'List the staged files of the current epoch: those that await their load, and those that are loaded.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkGet);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const watermarks: { table: string; watermark: WatermarkDocument | null; files?: readonly FileView[] }[] = [];
    for (const table of tables) {
      const { task } = taskOf(pipeline, table);
      const files = flags['show-files'] ? { files: await listFiles(task, open.ports) } : {};
      watermarks.push({ table: table.scopedName, watermark: (await open.ports.watermarks.read(task))?.document ?? null, ...files });
    }
    const text = watermarks.map(({ table, watermark, files }) => [table, watermark === null ? 'No watermark.' : watermarkText(watermark), ...(files === undefined ? [] : [filesText(files)])].join('\n'));
    return { text: text.join('\n\n'), result: { watermarks }, warnings: notes };
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

function filesText(files: readonly FileView[]): string {
  if (files.length === 0) return 'No files.';
  return textTable(['state', 'batch', 'rows', 'size', 'key'], files.map(({ state, batchId, rows, bytes, key }) => [state, batchId, rows, bytesText(bytes), key] as const));
}
