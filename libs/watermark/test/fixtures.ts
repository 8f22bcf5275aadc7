import { randomUUID } from 'node:crypto';
import type { BatchManifest, StoredManifest } from '@tidemark/domain';
import { batchId, tableId } from '@tidemark/layout';
import type { SettleOptions } from '../src/settle-put.ts';

export const TASK = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' } as const;
export const PATH = 'watermark/';

/** Four requests, no waits. */
export const AT_ONCE: SettleOptions = { attempts: 4, pause: async () => undefined };

/** A manifest that fits its place; its parts hold ten rows each. */
export function manifestOf(seq: number, previous: StoredManifest | null, more: Partial<BatchManifest> = {}): BatchManifest {
  const epoch = more.epoch ?? 1;
  return {
    format_version: 1,
    write_id: randomUUID(),
    kind: 'rows',
    advances: true,
    batch_id: batchId(TASK, { epoch, seq }),
    table_id: tableId(TASK),
    ...TASK,
    epoch,
    seq,
    generation: 1,
    run_id: 'sync_20260131_120000_00000001',
    batch_ts: '2026-01-31T12:00:00.000Z',
    snapshot: null,
    range: { after: null, up_to: { kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 12:00:00.000000', String(seq)] }, below: null },
    counts: { rows: 20, quarantined: 0, bytes: 300, policies: [] },
    parts: [0, 1].map((part) => ({ key: `incremental/${batchId(TASK, { epoch, seq })}-${part}.parquet`, etag: `"${part}"`, bytes: 100 + part * 100, sha256: '0'.repeat(64), rows: 10 })),
    quarantine: null,
    frozen: {
      schema_fingerprint: 'v1:0',
      columns: [{ source: 'id', name: 'id', sourceType: 'bigint', select: '`id`', decode: 'int64', parquet: { physical: 'INT64', logical: 'INT64' }, redshift: { name: 'BIGINT' }, policies: {} }],
      column_mapping: {},
      mode: 'merge',
      keys: ['id'],
      version_columns: ['updated_at'],
      target: { schema: 'reporting', table: 'orders', work_schema: 'tidemark' },
    },
    previous_manifest_sha256: previous?.sha256 ?? null,
    ...more,
  };
}
