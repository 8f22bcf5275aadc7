import { createHash } from 'node:crypto';
import type { ColumnBatch, StagedPart } from '@tidemark/domain';
import type { MemoryStore } from '@tidemark/s3-store/testing';
import type { PartPort, PartWriter, PartWriterRequest } from '../engine/ports.ts';
import { textsOf } from './memory-source.ts';
import type { TextRow } from './range-evaluator.ts';

/** Rows of a part; small, so that batches have several. */
const ROWS_PER_PART = 4;

/** Writes parts as JSON objects of the memory store. */
export class MemoryParts implements PartPort {
  readonly #store: MemoryStore;
  readonly #rows = new Map<string, readonly TextRow[]>();

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  /** The rows of a part that is an object. */
  rowsOf(key: string): readonly TextRow[] {
    const rows = this.#rows.get(key);
    if (rows === undefined || !this.#store.keys().includes(key)) throw new Error(`there is no object ${key}`);
    return rows;
  }

  open({ columns, keyOf }: PartWriterRequest): PartWriter {
    const rows: TextRow[] = [];
    return {
      write: (batch: ColumnBatch) => {
        const texts = batch.columns.map(textsOf);
        for (let row = 0; row < batch.rowCount; row++) rows.push(Object.fromEntries(columns.map(({ name }, index) => [name, texts[index]![row] ?? null])));
        return Promise.resolve();
      },
      finish: async () => {
        const parts: StagedPart[] = [];
        for (let from = 0; from < rows.length; from += ROWS_PER_PART) {
          const key = keyOf(parts.length);
          const chunk = rows.slice(from, from + ROWS_PER_PART);
          const text = JSON.stringify(chunk);
          const { etag } = await this.#store.put(key, text);
          this.#rows.set(key, chunk);
          parts.push({ key, etag, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex'), rows: chunk.length });
        }
        return parts;
      },
      abort: () => Promise.resolve(),
    };
  }
}
