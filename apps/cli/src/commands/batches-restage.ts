import { Args } from '@oclif/core';
import { changeState, chooseTables, CliError, countText, epochRequest, loadedConfig, requireTables, STATE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';
import { discardResult, discardText } from './batches-discard.ts';

/** `tidemark batches restage` */
export class BatchesRestage extends TidemarkCommand {
  static override summary = 'Read the rows of staged batches once more from the source, into new batches of a new epoch.';
  static override description = 'For batches whose files are lost or wrong. Everything that waits is read again; the next sync loads it.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders', '<%= config.bin %> <%= command.id %> 1-000000000017-8aab8407 -t sales.orders --dry-run'];
  static override args = { batch: Args.string({ description: 'The batch, as batches list has it; the one that is loaded next without it.' }) };
  static override flags = STATE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(BatchesRestage);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['source', 'target'] });
    if (args.batch !== undefined && chosen.tables.length > 1) throw new CliError('CLI_USAGE', { message: 'A batch belongs to one table; several are named.', remedy: ['Name one table with -t.'] });
    const logger = this.loggerOf(flags);
    const { restageBatches } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(chosen.pipeline, { logger, tables: chosen.tables });
    return await changeState({
      flags, chosen, open, logger, signal: this.interruption,
      question: (tables) => `Drop the staged batches of ${tables} and read their rows again now?`,
      change: (work) => restageBatches({ ...epochRequest(work, flags), batchId: args.batch ?? null, settings: work.settings, table: work.table, logger, emit: () => undefined }, work.ports),
      tell: (table, { discard, staged }) => ({
        text: [discardText(table, discard), ...(staged === null ? [] : [`${table}: ${countText(staged.rows_extracted)} rows are staged; tidemark sync pipeline --redshift-only loads them.`])].join('\n'),
        result: { ...discardResult(table, discard), rows_staged: staged?.rows_extracted ?? 0, files_created: staged?.files_created ?? 0 },
      }),
    });
  }
}
