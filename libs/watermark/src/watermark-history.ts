import type { TableTask } from '@tidemark/domain';
import { decodeWatermarkHistory, parseStateKey, type WatermarkHistoryEntry } from '@tidemark/layout';
import type { DocumentStore } from './ports.ts';
import { readInOrder } from './read-in-order.ts';

/** An entry of the history of a watermark. */
export interface WatermarkHistoryRecord {
  readonly key: string;
  readonly entry: WatermarkHistoryEntry;
  /** False for an entry whose write did not happen: its run died or lost its lease in between. */
  readonly isInEffect: boolean;
}

/**
 * Every entry, in the order of epoch, generation and time. Of several with one epoch the last took effect: an earlier one was
 * left by a run that died before its write, since an epoch begins by compare-and-set.
 */
export async function readWatermarkHistory(store: DocumentStore, prefix: string, watermarkPath: string, task: TableTask, currentEpoch: number): Promise<readonly WatermarkHistoryRecord[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix, {})) if (parseStateKey(key, watermarkPath)?.kind === 'history') keys.push(key);
  const found = await readInOrder(keys, async (key) => {
    const version = await store.get(key);
    return version === null ? null : { key, entry: decodeWatermarkHistory(version.body, { key, task }) };
  });
  const records = found.filter((record) => record !== null).sort((a, b) => a.entry.epoch - b.entry.epoch || a.entry.generation - b.entry.generation || (a.entry.at < b.entry.at ? -1 : 1));
  return records.map((record, at) => ({ ...record, isInEffect: record.entry.epoch <= currentEpoch && records[at + 1]?.entry.epoch !== record.entry.epoch }));
}
