import { randomUUID } from 'node:crypto';
import { isTidemarkError, silentLogger, type FoundWatermark, type Logger, type StoredWatermark, type TableTask, type WatermarkDocument } from '@tidemark/domain';
import { decodeOldWatermark, decodeWatermark, encodeWatermark, encodeWatermarkHistory, oldWatermarkKeys, stateKeys, taskText, type OldWatermark, type WatermarkHistoryEntry } from '@tidemark/layout';
import { WatermarkError } from './errors.ts';
import { DEFAULT_SETTLE } from './pauses.ts';
import type { DocumentStore } from './ports.ts';
import { settlePut, type SettleOptions } from './settle-put.ts';
import { readWatermarkHistory, type WatermarkHistoryRecord } from './watermark-history.ts';

export interface WatermarkStoreSettings {
  readonly store: DocumentStore;
  /** Ends with `/` or is empty. */
  readonly watermarkPath: string;
  /** How a write whose answer was lost is settled; four requests within a second by default. */
  readonly settle?: SettleOptions;
  readonly logger?: Logger;
}

/** Reads and writes watermarks by compare-and-set. */
export interface WatermarkStore {
  /**
   * The watermark with the ETag that the next write must carry; null only when there is none.
   * @throws LayoutError for a document that is corrupt, newer or another table's
   */
  read(task: TableTask): Promise<StoredWatermark | null>;
  /** What stands there, also when it cannot be read; only the store's own errors are thrown. */
  examine(task: TableTask): Promise<FoundWatermark>;
  /**
   * Writes over the version with `expectedEtag`; null creates. Durable on return, and gives the document as it is stored: with
   * the fields that a newer writer had added, and with a fresh write id when it still had that of the replaced version.
   * Repeating a write with the same write id after an error is safe: it succeeds once.
   * A write that begins an epoch stores an entry of the history first.
   * @throws WatermarkError `WATERMARK_CONFLICT` when somebody else wrote, or when epoch or generation would go back
   */
  write(task: TableTask, document: WatermarkDocument, expectedEtag: string | null): Promise<StoredWatermark>;
  /**
   * Writes over a version that cannot be read; nothing of it is kept but its bytes, in the history. Durable on return.
   * @throws WatermarkError `WATERMARK_CONFLICT` when another version stands there
   */
  overwrite(task: TableTask, document: WatermarkDocument, expectedEtag: string): Promise<StoredWatermark>;
  /** What the replaced tool left of this table, at any key where it may have; null when there is nothing. */
  findOld(task: TableTask): Promise<{ readonly key: string; readonly watermark: OldWatermark } | null>;
  /** What began each epoch, oldest first. Of a watermark that cannot be read every entry that was not superseded counts as in effect. */
  history(task: TableTask): Promise<readonly WatermarkHistoryRecord[]>;
}

/** Watermarks below one path of an object store. */
export function createWatermarkStore(settings: WatermarkStoreSettings): WatermarkStore {
  return new ConditionalWatermarks(settings);
}

class ConditionalWatermarks implements WatermarkStore {
  readonly #store: DocumentStore;
  readonly #watermarkPath: string;
  readonly #settle: SettleOptions;
  readonly #logger: Logger;
  /** The newest version seen of each watermark, by key: what a write replaces. */
  readonly #seen = new Map<string, StoredWatermark>();

  constructor({ store, watermarkPath, settle = DEFAULT_SETTLE, logger = silentLogger }: WatermarkStoreSettings) {
    this.#store = store;
    this.#watermarkPath = watermarkPath;
    this.#settle = settle;
    this.#logger = logger;
  }

  async read(task: TableTask): Promise<StoredWatermark | null> {
    const { watermark: key } = stateKeys({ watermarkPath: this.#watermarkPath, task });
    const found = await this.#store.get(key);
    if (found === null) {
      this.#seen.delete(key);
      return null;
    }
    return this.#remember(key, { document: decodeWatermark(found.body, { key, task }), etag: found.etag });
  }

  async examine(task: TableTask): Promise<FoundWatermark> {
    const { watermark: key } = stateKeys({ watermarkPath: this.#watermarkPath, task });
    const found = await this.#store.get(key);
    if (found === null) {
      this.#seen.delete(key);
      return { kind: 'none' };
    }
    try {
      return { kind: 'readable', stored: this.#remember(key, { document: decodeWatermark(found.body, { key, task }), etag: found.etag }) };
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      this.#seen.delete(key);
      return { kind: 'unreadable', etag: found.etag, error };
    }
  }

  async overwrite(task: TableTask, document: WatermarkDocument, expectedEtag: string): Promise<StoredWatermark> {
    const keys = stateKeys({ watermarkPath: this.#watermarkPath, task });
    const found = await this.#store.get(keys.watermark);
    const bytes = encodeWatermark(document, null);
    const written = decodeWatermark(bytes, { key: keys.watermark, task });
    if (found !== null && Buffer.from(found.body).equals(bytes)) return this.#remember(keys.watermark, { document: written, etag: found.etag });
    if (found?.etag !== expectedEtag) throw this.#conflict(task, expectedEtag, null);
    await this.#writeHistory(task, null, written, Buffer.from(found.body).toString('base64'));
    const outcome = await settlePut(this.#store, keys.watermark, bytes, { ifMatch: expectedEtag }, this.#settle);
    if (!outcome.isStored) throw this.#conflict(task, expectedEtag, null);
    return this.#remember(keys.watermark, { document: written, etag: outcome.etag });
  }

  async write(task: TableTask, document: WatermarkDocument, expectedEtag: string | null): Promise<StoredWatermark> {
    const keys = stateKeys({ watermarkPath: this.#watermarkPath, task });
    const seen = this.#seen.get(keys.watermark);
    const isNewest = expectedEtag !== null && seen?.etag === expectedEtag && seen.document.epoch === document.epoch;
    const current = isNewest ? seen : await this.read(task);
    if ((current?.etag ?? null) !== expectedEtag) {
      // The own write, of which the caller has not heard.
      if (current !== null && current.document.write_id === document.write_id) return current;
      throw this.#conflict(task, expectedEtag, current);
    }
    const previous = current?.document ?? null;
    const next = previous !== null && previous.write_id === document.write_id ? { ...document, write_id: randomUUID() } : document;
    if (previous !== null && (next.epoch < previous.epoch || next.generation < previous.generation)) throw this.#regression(task, next, previous);
    const bytes = encodeWatermark(next, previous);
    const written = decodeWatermark(bytes, { key: keys.watermark, task });
    if (previous?.epoch !== written.epoch) await this.#writeHistory(task, previous, written);

    const outcome = await settlePut(this.#store, keys.watermark, bytes, expectedEtag === null ? { ifNoneMatch: '*' } : { ifMatch: expectedEtag }, this.#settle);
    if (!outcome.isStored) {
      this.#seen.delete(keys.watermark);
      const found = outcome.found === null ? null : { document: decodeWatermark(outcome.found.body, { key: keys.watermark, task }), etag: outcome.found.etag };
      throw this.#conflict(task, expectedEtag, found);
    }
    this.#logger.debug({ pipeline: task.pipeline, table: task.table, epoch: next.epoch, stagedSeq: next.staged_through.seq, loadedSeq: next.loaded_through.seq }, 'watermark written');
    return this.#remember(keys.watermark, { document: written, etag: outcome.etag });
  }

  async history(task: TableTask): Promise<readonly WatermarkHistoryRecord[]> {
    const current = await this.examine(task);
    const epoch = current.kind === 'readable' ? current.stored.document.epoch : current.kind === 'unreadable' ? Number.POSITIVE_INFINITY : 0;
    return readWatermarkHistory(this.#store, stateKeys({ watermarkPath: this.#watermarkPath, task }).historyPrefix, this.#watermarkPath, task, epoch);
  }

  async findOld(task: TableTask): Promise<{ readonly key: string; readonly watermark: OldWatermark } | null> {
    for (const key of oldWatermarkKeys(task, this.#watermarkPath)) {
      const found = await this.#store.get(key);
      const watermark = found === null ? null : decodeOldWatermark(found.body, key, task);
      if (watermark !== null) return { key, watermark };
    }
    return null;
  }

  /** Stored first: a crash in between leaves an entry of a write that did not happen, never a change without an entry. */
  async #writeHistory(task: TableTask, before: WatermarkDocument | null, after: WatermarkDocument, unreadable?: string): Promise<void> {
    const entry: WatermarkHistoryEntry = {
      format_version: 1,
      write_id: after.write_id,
      pipeline: after.pipeline,
      target: after.target,
      table: after.table,
      table_id: after.table_id,
      epoch: after.epoch,
      generation: after.generation,
      at: after.updated_at,
      before,
      after,
      ...(unreadable === undefined ? {} : { unreadable_before: unreadable }),
    };
    const key = stateKeys({ watermarkPath: this.#watermarkPath, task }).history(after.epoch, after.generation, after.write_id);
    const outcome = await settlePut(this.#store, key, encodeWatermarkHistory(entry), { ifNoneMatch: '*' }, this.#settle);
    if (!outcome.isStored) throw new WatermarkError('WATERMARK_CONFLICT', { message: `Another write of ${taskText(task)} has used the write id ${after.write_id}.`, details: { ...task, key } });
  }

  #remember(key: string, stored: StoredWatermark): StoredWatermark {
    this.#seen.set(key, stored);
    return stored;
  }

  #conflict(task: TableTask, expectedEtag: string | null, found: StoredWatermark | null): WatermarkError {
    const by = found === null ? 'it is gone' : `run ${found.document.run_id ?? 'unknown'} wrote it at ${found.document.updated_at}`;
    return new WatermarkError('WATERMARK_CONFLICT', {
      message: expectedEtag === null ? `The watermark of ${taskText(task)} exists already: ${by}.` : `The watermark of ${taskText(task)} is not the version that was read: ${by}.`,
      details: { pipeline: task.pipeline, target: task.target, table: task.table, expectedEtag, foundEtag: found?.etag ?? null, foundRunId: found?.document.run_id ?? null, foundGeneration: found?.document.generation ?? null, foundEpoch: found?.document.epoch ?? null },
    });
  }

  #regression(task: TableTask, next: WatermarkDocument, previous: WatermarkDocument): WatermarkError {
    return new WatermarkError('WATERMARK_CONFLICT', {
      message: `The watermark of ${taskText(task)} is of epoch ${previous.epoch}, generation ${previous.generation}; a write of epoch ${next.epoch}, generation ${next.generation} comes too late.`,
      details: { pipeline: task.pipeline, target: task.target, table: task.table, foundEpoch: previous.epoch, foundGeneration: previous.generation, epoch: next.epoch, generation: next.generation },
    });
  }
}
