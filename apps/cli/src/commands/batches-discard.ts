import { Args, Flags } from '@oclif/core';
import { changeState, chooseTables, CliError, countText, epochRequest, epochResult, epochText, loadedConfig, positionText, requireTables, STATE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { discardBatches, type Discard } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark batches discard` */
export class BatchesDiscard extends TidemarkCommand {
  static override summary = 'Drop staged batches that cannot be loaded, so that their rows are read again.';
  static override description = 'A new epoch begins where the loaded rows end. With --write-off it begins where the batch ends: its rows are given up for good.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders', '<%= config.bin %> <%= command.id %> 1-000000000017-8aab8407 -t sales.orders --write-off'];
  static override args = { batch: Args.string({ description: 'The batch, as batches list has it; the one that is loaded next without it.' }) };
  static override flags = {
    ...STATE_FLAGS,
    'write-off': Flags.boolean({ summary: 'Give the batch’s rows up: they are not read again by a sync.' }),
    'accept-duplicates': Flags.boolean({ summary: 'In append mode, where the loaded rows do not tell where they end: they may be doubled.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(BatchesDiscard);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    if (args.batch !== undefined && chosen.tables.length > 1) throw new CliError('CLI_USAGE', { message: 'A batch belongs to one table; several are named.', remedy: ['Name one table with -t.'] });
    const logger = this.loggerOf(flags);
    await using open = await openPipeline(chosen.pipeline, { logger });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => (flags['write-off'] ? `Give up the rows of the batch of ${tables} for good?` : `Drop the staged batches of ${tables} and read their rows again?`),
      change: (work) => discardBatches({ ...epochRequest(work, flags), batchId: args.batch ?? null, isWrittenOff: flags['write-off'] }, work.ports),
      tell: (table, change) => ({ text: discardText(table, change), result: discardResult(table, change) }),
    });
  }
}

/** What a discard came to, and what it leaves to do. */
export function discardText(table: string, change: Discard): string {
  const { manifest } = change.batch;
  return [
    epochText(table, change, `reading ${positionText(change.after.loaded_through.position)}`),
    ...(change.rowsWrittenOff === 0 ? [] : [`${table}: ${countText(change.rowsWrittenOff)} rows are given up, ${positionText(manifest.range.after)} up to ${positionText(manifest.range.up_to)}; tidemark sync backfill reads a range once more.`]),
    ...change.droppedBackfills.map(({ manifest: { batch_id: id, range } }) => `${table}: ${id} read a range without moving the cursor, up to ${positionText(range.up_to)}; if it was a backfill, ask for it again: tidemark sync backfill.`),
  ].join('\n');
}

export function discardResult(table: string, change: Discard): Readonly<Record<string, unknown>> {
  return { ...epochResult(table, change), batch: change.batch.manifest.batch_id, range: change.batch.manifest.range, rows_written_off: change.rowsWrittenOff, dropped_backfills: change.droppedBackfills.map(({ manifest }) => manifest.batch_id) };
}
