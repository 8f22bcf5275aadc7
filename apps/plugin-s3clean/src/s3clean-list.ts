import { Flags } from '@oclif/core';
import { bytesText, chooseTables, countText, durationFlag, durationText, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { listObjects, listUploads, matchesKey, type ObjectView, type UploadView } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark s3clean list` */
export class S3cleanList extends TidemarkCommand {
  static override summary = 'List the data objects of a pipeline with their state.';
  static override description = 'A file is loaded when the load ledger has its batch, awaits load when a manifest names it, is an orphan when it is ours and no manifest names it, and foreign otherwise. Unfinished uploads are listed too; s3clean orphans gives those of broken runs up.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -t sales.orders --show-timestamps'];
  static override flags = {
    ...PIPELINE_FLAGS,
    'older-than': durationFlag({ helpValue: 'TIME', summary: 'Only what was written longer ago than this, e.g. 7d.' }),
    pattern: Flags.string({ helpValue: 'GLOB', summary: 'Only what matches: by the whole key, or by the name when the pattern has no slash.' }),
    'show-timestamps': Flags.boolean({ summary: 'Show when each object was written.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(S3cleanList);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const scope = tables.map((table) => taskOf(pipeline, table));
    const request = { ...open.settings, tables: scope };
    const now = (await open.objects.serverNow()).getTime();
    const before = flags['older-than'] === undefined ? null : new Date(now - flags['older-than']).toISOString();
    const isChosen = ({ table, key }: ObjectView | UploadView, at: string): boolean =>
      (flags.table === undefined || table !== null) && (flags.pattern === undefined || matchesKey(key, flags.pattern)) && (before === null || at <= before);
    const objects = (await listObjects(request, open.ports, open.objects)).filter((object) => isChosen(object, object.lastModified));
    const uploads = (await listUploads(request, open.objects)).filter((upload) => isChosen(upload, upload.initiated));
    const lines = [objects.length === 0 ? 'No objects.' : listText(objects, now, flags['show-timestamps']), ...uploads.map(({ key, initiated }) => `unfinished upload since ${initiated}: ${key}`)];
    return { text: lines.join('\n'), result: { bucket: pipeline.s3.bucket, objects, uploads }, warnings: notes };
  }
}

/** @param now the store's clock, in milliseconds */
function listText(objects: readonly ObjectView[], now: number, showTimestamps: boolean): string {
  const ageText = ({ lastModified }: ObjectView): string => durationText(Math.max(0, Math.round((now - Date.parse(lastModified)) / 1000)));
  const rows = objects.map((object) => [object.state, object.batchId, bytesText(object.bytes), ageText(object), ...(showTimestamps ? [object.lastModified] : []), object.key] as const);
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  return [textTable(['state', 'batch', 'size', 'age', ...(showTimestamps ? ['written'] : []), 'key'], rows), `${countText(objects.length)} objects, ${bytesText(bytes)}`].join('\n');
}
