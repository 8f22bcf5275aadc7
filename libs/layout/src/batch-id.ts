import type { TableTask } from '@tidemark/domain';
import { shortTableId } from './table-id.ts';

/** Which batch of a table. */
export interface BatchNumber {
  readonly epoch: number;
  /** From 1, gap-free within an epoch. */
  readonly seq: number;
}

const MAX_SEQ = 999_999_999_999;
const MAX_PART = 99_999;

/** A count as it stands in keys: a safe, non-negative integer in decimal. */
export function countText(what: string, value: number, max: number = Number.MAX_SAFE_INTEGER): string {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) throw new RangeError(`${what} must be a whole number from 0 to ${max}, not ${value}.`);
  return String(value);
}

/** A sequence number in 12 digits, so that keys sort by it. */
export function seqText(seq: number): string {
  return countText('seq', seq, MAX_SEQ).padStart(12, '0');
}

/** `{epoch}-{seq}-{first 8 of the table id}`, e.g. `3-000000000017-5f0c2a91`. */
export function batchId(task: TableTask, batch: BatchNumber): string {
  return `${countText('epoch', batch.epoch)}-${seqText(batch.seq)}-${shortTableId(task)}`;
}

/** `{batch_id}-g{generation}-{part}`, the part in 5 digits from 0. */
export function partName(task: TableTask, batch: BatchNumber & { readonly generation: number }, part: number): string {
  return `${batchId(task, batch)}-g${countText('generation', batch.generation)}-${countText('part', part, MAX_PART).padStart(5, '0')}`;
}
