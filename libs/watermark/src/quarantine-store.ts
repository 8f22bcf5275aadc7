import type { QuarantinedRow, TableTask } from '@tidemark/domain';
import { batchId, decodeQuarantine, encodeQuarantine, stateKeys, tableId, taskText } from '@tidemark/layout';
import { WatermarkError } from './errors.ts';
import type { DocumentStore } from './ports.ts';

export interface QuarantineStoreSettings {
  readonly store: DocumentStore;
  /** Ends with `/` or is empty. */
  readonly watermarkPath: string;
}

/** The batch whose rows are set aside. */
export interface QuarantineBatch {
  readonly epoch: number;
  readonly seq: number;
  readonly generation: number;
  readonly runId: string;
  readonly writeId: string;
}

/** Keeps the rows that cannot be represented, beside the manifests that name them. */
export interface QuarantineStore {
  /**
   * Writes the rows that a batch sets aside; gives the object's key. Durable on return; may be repeated. The generation is in the key,
   * so an older lease holder replaces nothing. Until a manifest names the object it is a phantom.
   */
  put(task: TableTask, batch: QuarantineBatch, rows: readonly QuarantinedRow[]): Promise<string>;
  /**
   * The rows of the object that a manifest names.
   * @throws WatermarkError `QUARANTINE_MISSING`
   * @throws LayoutError for an object that is corrupt, newer or another table's
   */
  read(task: TableTask, key: string): Promise<readonly QuarantinedRow[]>;
}

/** Quarantine objects below one path of an object store. */
export function createQuarantineStore({ store, watermarkPath }: QuarantineStoreSettings): QuarantineStore {
  return {
    put: async (task, { epoch, seq, generation, runId, writeId }, rows) => {
      const key = stateKeys({ watermarkPath, task }).quarantine({ epoch, seq, generation });
      const { pipeline, target, table } = task;
      const header = { format_version: 1, write_id: writeId, pipeline, target, table, table_id: tableId(task), batch_id: batchId(task, { epoch, seq }), epoch, seq, generation, run_id: runId, rows: rows.length } as const;
      await store.put(key, encodeQuarantine({ header, rows }), { contentType: 'application/x-ndjson' });
      return key;
    },
    read: async (task, key) => {
      const found = await store.get(key);
      if (found === null) throw new WatermarkError('QUARANTINE_MISSING', { message: `The quarantine object ${key} of ${taskText(task)} is not there; a manifest names it.`, details: { ...task, key } });
      return decodeQuarantine(found.body, { key, task }).rows;
    },
  };
}
