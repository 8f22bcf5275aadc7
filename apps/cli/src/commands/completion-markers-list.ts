import { Flags } from '@oclif/core';
import { chooseTables, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { openMarkers } from '@tidemark/sync-engine/wiring';
import { noMarkers } from '../markers/no-markers.ts';

/** `tidemark completion-markers list` */
export class CompletionMarkersList extends TidemarkCommand {
  static override summary = 'List the completion markers of a day.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -p shop_pipeline --day 20260131'];
  static override flags = { ...PIPELINE_FLAGS, day: Flags.string({ helpValue: 'YYYYMMDD', summary: 'The day, UTC; today without it.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(CompletionMarkersList);
    const { pipeline, notes } = chooseTables(await loadedConfig(flags), flags, { needs: [] });
    using markers = await openMarkers(pipeline, this.loggerOf(flags));
    if (markers === null) throw noMarkers(pipeline.identity);
    const day = flags.day ?? new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const found = [];
    for await (const { key, byteLength, lastModified } of markers.objects.list(`${markers.prefix}${day}/`)) found.push({ key, bytes: byteLength, written: lastModified.toISOString() });
    const text = found.length === 0 ? `No markers of ${day} in ${markers.bucket}.` : textTable(['written', 'key'], found.map(({ key, written }) => [written, key] as const));
    return { text, result: { bucket: markers.bucket, day, markers: found }, warnings: notes };
  }
}
