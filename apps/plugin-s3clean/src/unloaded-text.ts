import { bytesText, countText, positionText } from '@tidemark/cli-kit';
import type { UnloadedOutcome } from '@tidemark/sync-engine/engine';

/** What a person is shown before batches go that were never loaded. */
export function unloadedQuestion(unloaded: UnloadedOutcome, bucket: string): string {
  const { table, batches, epoch } = unloaded;
  return [
    `${table}: ${batchesText(unloaded)} were never loaded: ${batches.map(({ batchId }) => batchId).join(', ')}.`,
    `Removing them from ${bucket} begins epoch ${epoch}. The next sync reads on ${whereText(unloaded)} and reads those rows again, as the source has them then; rows that the source has lost since are lost.`,
    ...againText(unloaded),
  ].join('\n');
}

/** What went, or would go, and what happens next; nothing when nothing waits. */
export function unloadedLines(unloaded: UnloadedOutcome, isDryRun: boolean): readonly string[] {
  const { table, batches, epoch } = unloaded;
  if (batches.length === 0) return [];
  const would = isDryRun ? 'would ' : '';
  return [`${table}: ${batchesText(unloaded)} that were never loaded ${isDryRun ? 'would go' : 'went'}; epoch ${epoch} ${would}begin${isDryRun ? '' : 's'}, and the next sync reads on ${whereText(unloaded)}.`, ...againText(unloaded)];
}

/** Why what waits stayed. */
export function keptNote({ table, kept }: UnloadedOutcome): readonly string[] {
  if (kept.length === 0) return [];
  return [`${table}: ${kept.join(', ')} wait to be loaded and stay: they go together or not at all, and not all of them match --older-than (or the retention) and --pattern.`];
}

function batchesText({ batches, removed }: UnloadedOutcome): string {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  return `${countText(batches.length)} staged ${batches.length === 1 ? 'batch' : 'batches'} (${countText(rows)} rows, ${countText(removed.objects)} files, ${bytesText(removed.bytes)})`;
}

function whereText({ readsAfter }: UnloadedOutcome): string {
  return readsAfter === null ? 'from the beginning' : positionText(readsAfter);
}

function againText({ table, batches }: UnloadedOutcome): readonly string[] {
  const others = batches.filter(({ isReadAgain }) => !isReadAgain);
  if (others.length === 0) return [];
  return [`${table}: ${others.map(({ batchId }) => batchId).join(', ')} read rows once more without moving the cursor; ask for that again: tidemark sync backfill, or tidemark sync pipeline --requeue.`];
}
