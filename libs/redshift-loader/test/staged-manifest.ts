import { createHash } from 'node:crypto';
import type { BatchManifest, FrozenBatch, StagedColumn, StoredManifest, TableTask } from '@tidemark/domain';
import { idColumn, noteColumn, updatedColumn } from './staged-columns.ts';

export const task: TableTask = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };
export const target = { schema: 'reporting', table: 'orders', workSchema: 'work' } as const;

export interface ManifestFields {
  readonly seq?: number;
  readonly rows?: number;
  readonly generation?: number;
  readonly epoch?: number;
  readonly advances?: boolean;
  readonly previous?: string | null;
  readonly columns?: readonly StagedColumn[];
  readonly frozen?: Partial<FrozenBatch>;
  readonly parts?: BatchManifest['parts'];
  readonly task?: TableTask;
  readonly snapshot?: BatchManifest['snapshot'];
  readonly batchTs?: string;
  readonly quarantined?: number;
}

/** A stored manifest with one part of `rows` rows; none when `rows` is 0. */
export function storedManifest(fields: ManifestFields = {}): StoredManifest {
  const { seq = 1, rows = 3, generation = 1, epoch = 1, advances = true, previous = null, columns = [idColumn, noteColumn, updatedColumn], task: of = task, snapshot = null, batchTs = '2026-01-31T12:00:00.000Z', quarantined = 0 } = fields;
  const batchId = `${epoch}-${String(seq).padStart(12, '0')}-abcdef12`;
  const parts = fields.parts ?? (rows === 0 ? [] : [{ key: `incremental/${batchId}-g${generation}-00000.parquet`, etag: 'e', bytes: 100, sha256: 'a'.repeat(64), rows }]);
  const manifest: BatchManifest = {
    format_version: 1, write_id: 'w', kind: 'rows', advances, batch_id: batchId, table_id: 'abcdef1234567890', ...of, epoch, seq, generation, run_id: 'sync_20260131_120000_abcdef12', batch_ts: batchTs,
    snapshot,
    range: { after: null, up_to: { kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 12:00:00.000000', String(seq)] }, below: null },
    counts: { rows, quarantined, bytes: 100, policies: [] },
    parts,
    quarantine: null,
    frozen: {
      schema_fingerprint: 'v1:x', columns, column_mapping: {}, mode: 'merge', keys: ['id'], version_columns: ['updated_at'],
      target: { schema: target.schema, table: target.table, work_schema: target.workSchema },
      ...fields.frozen,
    },
    previous_manifest_sha256: previous,
  };
  return { manifest, key: `watermark/shop_pipeline/dw/manifests/${seq}.json`, sha256: createHash('sha256').update(JSON.stringify(manifest)).digest('hex') };
}

/** Consecutive manifests, each naming the one before. */
export function manifestChain(count: number, fields: ManifestFields = {}): readonly StoredManifest[] {
  const chain: StoredManifest[] = [];
  for (let index = 0; index < count; index += 1) {
    const seq = (fields.seq ?? 1) + index;
    chain.push(storedManifest({ ...fields, seq, previous: chain.at(-1)?.sha256 ?? fields.previous ?? null }));
  }
  return chain;
}
