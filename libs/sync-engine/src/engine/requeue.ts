import type { KeyLookup } from '@tidemark/cdc-strategies';
import type { Bound, StoredManifest } from '@tidemark/domain';
import { BatchStager } from './batch-stager.ts';
import { SyncError } from './errors.ts';
import type { RangeReader, RangeReaderOptions } from './range-reader.ts';

/** Keys of one query: a WHERE of that many terms is compiled and parsed in a moment. */
const KEYS_PER_QUERY = 500;

/** The batches whose quarantined rows no later batch has read once more. */
export function outstandingQuarantine(manifests: readonly StoredManifest[]): readonly StoredManifest[] {
  const requeued = new Set(manifests.flatMap(({ manifest }) => manifest.requeues ?? []));
  return manifests.filter(({ manifest }) => manifest.quarantine !== null && !requeued.has(manifest.seq));
}

/**
 * Reads the quarantined rows of this epoch once more, by their keys. What can be represented now is staged in batches that do not move the cursor;
 * what cannot is set aside again; a row that is gone gives nothing. A last, empty batch says which batches' rows were read.
 *
 * Rows that increments have yet to read are left to them; so are those at or above `below`, where there is one.
 *
 * If the process dies before that last batch, the rows are read once more by the next requeue: merging them again changes nothing,
 * and an append takes a row only that it does not have.
 */
export async function requeue({ run, cell, plan, staged }: RangeReaderOptions, lookup: KeyLookup | null, ranges: RangeReader, below: Bound | null): Promise<void> {
  const { ports, task } = run;
  const { epoch, staged_through: { position }, first_load_mark: mark } = cell.document;
  const outstanding = outstandingQuarantine(await ports.manifests.listStanding(task, epoch));
  if (outstanding.length === 0) return;
  if (lookup === null) throw new SyncError('SYNC_REQUEUE_NO_KEY', { message: `${run.table.name} has quarantined rows, and no key by which they can be read again now.`, details: { table: run.table.name } });
  const keys = new Map<string, readonly string[]>();
  for (const { manifest } of outstanding) {
    for (const row of await ports.quarantine.read(task, manifest.quarantine!.key)) {
      const texts = lookup.columns.map((column) => row.key[column]);
      if (texts.some((text) => text === undefined)) {
        throw new SyncError('SYNC_REQUEUE_NO_KEY', { message: `${run.table.name}: the rows that batch ${manifest.seq} set aside are kept by (${Object.keys(row.key).join(', ')}); the key is (${lookup.columns.join(', ')}) now.`, details: { table: run.table.name, seq: manifest.seq } });
      }
      keys.set(JSON.stringify(texts), texts as string[]);
    }
  }
  const all = [...keys.values()];
  for (let from = 0; from < all.length; from += KEYS_PER_QUERY) {
    await ranges.readAgain(lookup.reading(plan.frozen.columns, all.slice(from, from + KEYS_PER_QUERY), { position, mark: mark ?? below }));
  }
  const done = new BatchStager(run, cell, plan.frozen, { after: null, below: null, advances: false, snapshotId: null, tries: 0, positionOf: () => null, requeues: outstanding.map(({ manifest }) => manifest.seq) });
  staged(await done.close());
  run.counts.rowsRequeued += all.length;
}
