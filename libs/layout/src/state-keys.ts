import type { TableTask } from '@tidemark/domain';
import { batchId, countText, seqText, type BatchNumber } from './batch-id.ts';
import { checkedKey, statePrefix, taskForm } from './object-key.ts';

/** The keys of everything that is known about a (pipeline, target, table), besides its rows. */
export interface StateKeys {
  readonly watermark: string;
  readonly lease: string;
  /** Ends in `/`; holds the manifests of every epoch, in folders. */
  readonly manifestsPrefix: string;
  /** Ends in `/`; holds the manifests of one epoch and nothing else. */
  manifestPrefix(epoch: number): string;
  /** Sorts by seq below `manifestPrefix(epoch)`. */
  manifest(epoch: number, seq: number): string;
  /** The file that COPY reads for the batches `fromSeq` to `toSeq`. */
  copyManifest(epoch: number, fromSeq: number, toSeq: number, generation: number): string;
  /** Ends in `/`; holds the COPY manifests of one epoch. */
  copyManifestPrefix(epoch: number): string;
  /** Ends in `/`; holds the tombstones of one epoch. */
  tombstonePrefix(epoch: number): string;
  tombstone(epoch: number, seq: number): string;
  /** Ends in `/`. */
  readonly historyPrefix: string;
  /** Sorts by epoch, then by generation. */
  history(epoch: number, generation: number, writeId: string): string;
  quarantine(batch: BatchNumber & { readonly generation: number }): string;
}

/**
 * The state keys of a task: `{watermark_path}{pipeline}/{target}/tables|leases|manifests|history|quarantine/{form}…`.
 * @throws LayoutError for names and paths that cannot be part of a key
 */
export function stateKeys({ watermarkPath, task }: { readonly watermarkPath: string; readonly task: TableTask }): StateKeys {
  const prefix = statePrefix(watermarkPath, task);
  const form = taskForm(task);
  const manifests = `${prefix}manifests/${form}/`;
  const manifestPrefix = (epoch: number): string => `${manifests}${countText('epoch', epoch)}/`;
  const tombstonePrefix = (epoch: number): string => `${manifests}tombstones/${countText('epoch', epoch)}/`;
  const historyPrefix = `${prefix}history/${form}/`;
  return {
    watermark: checkedKey(`${prefix}tables/${form}.json`),
    lease: checkedKey(`${prefix}leases/${form}.json`),
    manifestsPrefix: manifests,
    manifestPrefix,
    manifest: (epoch, seq) => checkedKey(`${manifestPrefix(epoch)}${seqText(seq)}.json`),
    copyManifestPrefix: (epoch) => `${manifests}copy/${countText('epoch', epoch)}/`,
    tombstonePrefix,
    tombstone: (epoch, seq) => checkedKey(`${tombstonePrefix(epoch)}${seqText(seq)}.json`),
    copyManifest: (epoch, fromSeq, toSeq, generation) =>
      checkedKey(`${manifests}copy/${countText('epoch', epoch)}/${seqText(fromSeq)}-${seqText(toSeq)}-g${countText('generation', generation)}.json`),
    historyPrefix,
    history: (epoch, generation, writeId) => checkedKey(`${historyPrefix}${seqText(epoch)}-${seqText(generation)}-${writeIdSegment(writeId)}.json`),
    quarantine: (batch) => checkedKey(`${prefix}quarantine/${form}/${batchId(task, batch)}-g${countText('generation', batch.generation)}.jsonl`),
  };
}

function writeIdSegment(writeId: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(writeId)) throw new RangeError(`A write id is 1 to 64 letters, digits and "-", not ${JSON.stringify(writeId)}.`);
  return writeId;
}
