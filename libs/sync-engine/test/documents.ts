import type { BatchManifest, LedgerHead, Position, StoredManifest, StoredWatermark, TableTask, WatermarkDocument } from '@tidemark/domain';
import { batchId, initialWatermark, tableId } from '@tidemark/layout';

/** Documents for tests: whole, and only what matters is given. */
export const TASK: TableTask = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };

export const pkAt = (id: number): Position => ({ kind: 'pk', columns: ['id'], values: [String(id)] });
export const keysetAt = (time: string, id: number): Position => ({ kind: 'keyset', columns: ['updated_at', 'id'], values: [time, String(id)] });

export function watermark(more: Partial<WatermarkDocument> = {}, task: TableTask = TASK): WatermarkDocument {
  return { ...initialWatermark(task, { writeId: '00000000-0000-4000-8000-000000000001', at: new Date('2026-01-31T12:00:00Z'), epoch: 1, generation: 1, runId: 'run_1' }), ...more };
}

export function storedWatermark(more: Partial<WatermarkDocument> = {}, task: TableTask = TASK): StoredWatermark {
  return { document: watermark(more, task), etag: '"1"' };
}

/** A stage that has reached a batch. */
export function through(seq: number, position: Position | null = pkAt(seq)): WatermarkDocument['loaded_through'] {
  return { seq, position, manifest_sha256: seq === 0 ? null : shaOf(seq) };
}

export function ledger(seq: number, more: Partial<LedgerHead> = {}): LedgerHead {
  return { epoch: 1, seq, generation: 1, owner: 'shop_pipeline/dw/SHOP_RO:sales.orders', manifestSha256: seq === 0 ? null : shaOf(seq), sourceId: null, targetOid: '16384', ...more };
}

export function manifest(seq: number, more: Partial<BatchManifest> = {}, task: TableTask = TASK): StoredManifest {
  const epoch = more.epoch ?? 1;
  const document: BatchManifest = {
    format_version: 1, write_id: `write-${seq}`, kind: 'rows', advances: true, batch_id: batchId(task, { epoch, seq }), table_id: tableId(task), ...task, epoch, seq, generation: 1, run_id: 'run_1',
    batch_ts: '2026-01-31T12:00:00.000Z', snapshot: null, range: { after: seq === 1 ? null : pkAt(seq - 1), up_to: pkAt(seq), below: null }, counts: { rows: 10, quarantined: 0, bytes: 100, policies: [] },
    parts: [{ key: `incremental/part-${epoch}-${seq}`, etag: '"p"', bytes: 100, sha256: 'aa', rows: 10 }], quarantine: null,
    frozen: { schema_fingerprint: 'v1:abc', columns: [], column_mapping: {}, mode: 'merge', keys: ['id'], version_columns: ['updated_at'], target: { schema: 'reporting', table: 'orders', work_schema: 'work' } },
    previous_manifest_sha256: seq === 1 ? null : shaOf(seq - 1), ...more,
  };
  return { manifest: document, key: `watermark/manifests/${epoch}/${seq}.json`, sha256: shaOf(seq) };
}

export function shaOf(seq: number): string {
  return String(seq).padStart(64, '0');
}
