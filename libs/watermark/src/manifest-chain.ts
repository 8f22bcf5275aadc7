import type { BatchManifest, StoredManifest, TableTask } from '@tidemark/domain';
import { taskText } from '@tidemark/layout';
import { WatermarkError } from './errors.ts';

/**
 * Checks that a manifest follows the one before it: it names that one's digest, and its lease is not an older one.
 * @param before null when the manifest before it is not there: the first of an epoch, or one that was cleaned away
 * @throws WatermarkError `MANIFEST_FORK`
 */
export function checkSuccession(task: TableTask, before: StoredManifest | null, next: StoredManifest): void {
  if (before === null) return;
  const wrong =
    next.manifest.previous_manifest_sha256 !== before.sha256
      ? `it follows a manifest with digest ${next.manifest.previous_manifest_sha256}, and the one before it has ${before.sha256}`
      : next.manifest.generation < before.manifest.generation
        ? `its generation ${next.manifest.generation} is older than that of the one before it, ${before.manifest.generation}`
        : null;
  if (wrong === null) return;
  throw new WatermarkError('MANIFEST_FORK', {
    message: `Manifest ${next.manifest.seq} of epoch ${next.manifest.epoch} of ${taskText(task)} does not follow its predecessor: ${wrong}.`,
    details: { pipeline: task.pipeline, target: task.target, table: task.table, key: next.key, previousKey: before.key, runId: next.manifest.run_id, previousRunId: before.manifest.run_id },
  });
}

/**
 * The ends of a load group: batches of one task and epoch whose seqs follow each other.
 * @throws WatermarkError `MANIFEST_GROUP_INVALID`
 */
export function checkGroup(task: TableTask, group: readonly StoredManifest[]): { readonly first: BatchManifest; readonly last: BatchManifest } {
  const first = group[0]?.manifest;
  const last = group.at(-1)?.manifest;
  const isWhole = group.every(
    ({ manifest }, at) => manifest.pipeline === task.pipeline && manifest.target === task.target && manifest.table === task.table && manifest.epoch === first!.epoch && manifest.seq === first!.seq + at,
  );
  const hasParts = group.some(({ manifest }) => manifest.parts.length > 0);
  if (first !== undefined && last !== undefined && isWhole && hasParts) return { first, last };
  throw new WatermarkError('MANIFEST_GROUP_INVALID', {
    message: hasParts ? `The batches ${group.map(({ manifest }) => manifest.batch_id).join(', ')} do not follow each other.` : `The ${group.length} batches of a load group of ${taskText(task)} have no parts: there is nothing for COPY to read.`,
    details: { pipeline: task.pipeline, target: task.target, table: task.table, batchIds: group.map(({ manifest }) => manifest.batch_id) },
  });
}
