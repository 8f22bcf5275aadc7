import { Args } from '@oclif/core';
import { bytesText, chooseTables, countText, loadedConfig, PIPELINE_FLAGS, positionText, requireTables, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { showBatch, type BatchDetails } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark batches show` */
export class BatchesShow extends TidemarkCommand {
  static override summary = 'Show one batch: its range, its files, and what it was staged with.';
  static override examples = ['<%= config.bin %> <%= command.id %> 1-000000000017-8aab8407 -t sales.orders'];
  static override args = { batch: Args.string({ required: true, description: 'The batch, as batches list has it.' }) };
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { args, flags } = await this.parse(BatchesShow);
    requireTables(flags);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const [table] = tables;
    const { task, target } = taskOf(pipeline, table!);
    const batch = await showBatch(task, target, args.batch, open.ports);
    const { manifest, ...view } = batch;
    return { text: batchText(table!.scopedName, batch), result: { table: table!.scopedName, ...view, manifest }, warnings: notes };
  }
}

function batchText(table: string, { batchId, state, advances, manifest, key }: BatchDetails): string {
  const { range, counts, parts, frozen } = manifest;
  const facts = textTable(['', ''], [
    ['state', state],
    ['staged', `${manifest.batch_ts} by ${manifest.run_id}, generation ${manifest.generation}`],
    ['range', `${positionText(range.after)}, up to ${positionText(range.up_to)}`],
    ['moves the cursor', advances ? 'yes' : 'no'],
    ['rows', countText(counts.rows)],
    ['target', `${frozen.target.schema}.${frozen.target.table}, ${frozen.mode}, key (${frozen.keys.join(', ')})`],
    ['manifest', key],
  ]).replace(/^\s*\n/, '');
  return [`${batchId} of ${table}`, facts, textTable(['rows', 'size', 'file'], parts.map((part) => [part.rows, bytesText(part.bytes), part.key] as const))].join('\n');
}
