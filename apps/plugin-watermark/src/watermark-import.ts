import { Flags } from '@oclif/core';
import { changeState, chooseTables, countText, durationFlag, epochRequest, epochResult, epochText, loadedConfig, positionText, requireTables, STATE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import type { Import } from '@tidemark/sync-engine/engine';
import { openPipeline } from '@tidemark/sync-engine/wiring';

const DAY_MS = 86_400_000;

/** `tidemark watermark import` */
export class WatermarkImport extends TidemarkCommand {
  static override summary = 'Take over how far the replaced tool has loaded tables.';
  static override description = 'Both layouts of its state files are known. Refused while one of its files is not loaded. A time is moved back by --rewind, and the rows of that time are merged once more.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --source-time-zone UTC --dry-run', '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --source-time-zone Europe/Berlin --rewind 48h'];
  static override flags = {
    ...STATE_FLAGS,
    'source-time-zone': Flags.string({ helpValue: 'ZONE', summary: 'Zone of times that have none: UTC or an IANA name.' }),
    rewind: durationFlag({ helpValue: 'TIME', summary: 'How far to move a time back; 24h by default.' }),
    'accept-duplicates': Flags.boolean({ summary: 'In append mode: rows that are read again may stand in the target twice.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkImport);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['source', 'target'] });
    const logger = this.loggerOf(flags);
    const { importWatermark } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(chosen.pipeline, { logger, tables: chosen.tables });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Take over the old watermark of ${tables}?`,
      change: (work) =>
        importWatermark(
          { ...epochRequest(work, flags), table: work.table, settings: work.settings, sourceTimeZone: flags['source-time-zone'] ?? null, rewindMs: flags.rewind ?? DAY_MS },
          { ...work.ports, source: work.ports.source!, objects: open.objects },
        ),
      tell: (table, done) => ({ text: importText(table, done), result: { ...epochResult(table, done), key: done.key, old: done.old, estimated_rows: done.estimatedRows } }),
    });
  }
}

function importText(table: string, done: Import): string {
  const { old, key, after, estimatedRows } = done;
  return [
    `${table}: old watermark ${key} (${old.layout}): time ${old.timestamp ?? 'none'}, id ${old.id ?? 'none'}, ${countText(old.rowsLoaded)} rows loaded`,
    epochText(table, done, `reading ${positionText(after.loaded_through.position)}, of about ${countText(estimatedRows)} rows in the table`),
  ].join('\n');
}
