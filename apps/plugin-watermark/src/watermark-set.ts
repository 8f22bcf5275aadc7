import { Flags } from '@oclif/core';
import { changeState, chooseTables, CliError, EPOCH_FLAGS, epochRequest, epochResult, epochText, loadedConfig, positionText, requireTables, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark set` */
export class WatermarkSet extends TidemarkCommand {
  static override summary = 'Say where reading goes on, as a new epoch.';
  static override description = 'The part that is given changes and the other stays. Rows that a move forward passes over are never read; rows after a move back are read again. Batches that are staged and not loaded never load.';
  static override examples = ["<%= config.bin %> <%= command.id %> -t sales.orders --timestamp '2026-01-31 12:00:00' --id 4711", '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --id 4711 --dry-run'];
  static override flags = {
    ...EPOCH_FLAGS,
    timestamp: Flags.string({ helpValue: 'TIME', summary: 'The cursor’s time, as the server writes it.' }),
    id: Flags.string({ helpValue: 'ID', summary: 'The cursor’s id; of several columns a JSON array.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkSet);
    requireTables(flags);
    if (flags.timestamp === undefined && flags.id === undefined) throw new CliError('CLI_USAGE', { message: 'No part of the position is given.', remedy: ['Add --timestamp, --id or both.'] });
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['source', 'target'] });
    const logger = this.loggerOf(flags);
    const { setWatermark } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(chosen.pipeline, { logger, tables: chosen.tables });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Move the watermark of ${tables}?`,
      change: (work) => setWatermark({ ...epochRequest(work, flags), table: work.table, settings: work.settings, timestamp: flags.timestamp ?? null, id: flags.id ?? null }, { ...work.ports, source: work.ports.source! }),
      tell: (table, change) => {
        const was = change.before === null ? '' : `; it was ${positionText(change.before.loaded_through.position)}`;
        return { text: epochText(table, change, `reading ${positionText(change.after.loaded_through.position)}${was}`), result: epochResult(table, change) };
      },
    });
  }
}
