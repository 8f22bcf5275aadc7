import type { StoredManifest, TableTask } from '@tidemark/domain';
import { dataKeys, stateKeys, type PartitionStrategy } from '@tidemark/layout';
import { describe, expect, test } from 'vitest';
import { ledger, manifest, storedWatermark } from '../../test/documents.ts';
import { listObjects, type ObjectView } from './list-objects.ts';
import type { ManifestPort, SyncPorts, TargetPort, TargetTable, WatermarkPort } from './ports.ts';

const AT = new Date('2026-01-31T12:00:00Z');
const ROOT = { incrementalPath: 'incremental/', isolationPrefix: 'shop/' };
const ORDERS: TableTask = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };
const ARCHIVE: TableTask = { ...ORDERS, table: 'SHOP_RO:sales.orders_archive' };
const ORDER: TableTask = { ...ORDERS, table: 'SHOP_RO:sales.order' };

interface Known {
  readonly epoch: number;
  readonly loadedSeq: number;
  readonly manifests: readonly StoredManifest[];
}

function partKey(task: TableTask, seq: number, { epoch = 1, generation = 1, part = 0, partition = 'table' as PartitionStrategy, root = ROOT } = {}): string {
  return dataKeys({ ...root, partition, task, at: AT }).part({ epoch, seq, generation }, part);
}

/** A manifest of a batch with these parts. */
function batch(task: TableTask, seq: number, keys: readonly string[], epoch = 1): StoredManifest {
  return manifest(seq, { epoch, parts: keys.map((key) => ({ key, etag: '"p"', bytes: 1, sha256: 'aa', rows: 1 })) }, task);
}

async function list(state: ReadonlyMap<TableTask, Known | null>, keys: readonly string[], { asksTarget = true, root = ROOT } = {}): Promise<{ views: readonly ObjectView[]; states: Record<string, string>; prefixes: string[] }> {
  const known = (task: TableTask): Known | null => state.get([...state.keys()].find(({ table }) => table === task.table)!) ?? null;
  const prefixes: string[] = [];
  const ports: Pick<SyncPorts, 'watermarks' | 'manifests' | 'target'> = {
    watermarks: { read: (task: TableTask) => Promise.resolve(known(task) === null ? null : storedWatermark({ epoch: known(task)!.epoch }, task)) } as unknown as WatermarkPort,
    manifests: { listStanding: (task: TableTask, epoch: number) => Promise.resolve(known(task)!.manifests.filter(({ manifest: each }) => each.epoch === epoch)) } as unknown as ManifestPort,
    target: asksTarget ? ({ inspect: (task: TableTask) => Promise.resolve({ ledger: ledger(known(task)!.loadedSeq, { epoch: known(task)!.epoch }), tableOid: '1' }) } as unknown as TargetPort) : null,
  };
  const target: TargetTable = { schema: 'reporting', table: 'orders', workSchema: 'work' };
  const views = await listObjects({ ...root, tables: [...state.keys()].map((task) => ({ task, target })) }, ports, {
    async *list(prefix) {
      prefixes.push(prefix);
      for (const key of keys) yield { key, byteLength: 7, lastModified: AT };
      await Promise.resolve();
    },
  });
  return { views, states: Object.fromEntries(views.map(({ key, state: found }) => [key, found])), prefixes };
}

describe('the state of an object', () => {
  const loaded = partKey(ORDERS, 1);
  const awaiting = partKey(ORDERS, 2);
  const phantom = partKey(ORDERS, 2, { generation: 2 });
  const extra = partKey(ORDERS, 1, { part: 1 });
  const known = new Map([[ORDERS, { epoch: 1, loadedSeq: 1, manifests: [batch(ORDERS, 1, [loaded]), batch(ORDERS, 2, [awaiting])] }]]);

  test('loaded by the ledger, awaiting load by a manifest, orphan by neither', async () => {
    expect((await list(known, [loaded, awaiting, phantom, extra])).states).toEqual({ [loaded]: 'loaded', [awaiting]: 'awaiting load', [phantom]: 'orphan', [extra]: 'orphan' });
  });

  test('a view says whose it is', async () => {
    const { views } = await list(known, [loaded]);
    expect(views).toEqual([{ key: loaded, state: 'loaded', table: ORDERS.table, batchId: expect.stringMatching(/^1-000000000001-/), bytes: 7, lastModified: '2026-01-31T12:00:00.000Z' }]);
  });

  test.each(['incremental/shop/readme.txt', 'incremental/shop/shop_ro_sales_orders/part.parquet', 'incremental/shop/shop_ro_sales_orders/', 'incremental/shop/.parquet', 'incremental/shop/\u001b[31m'])('%j is foreign', async (key) => {
    expect((await list(known, [key])).views).toEqual([{ key, state: 'foreign', table: null, batchId: null, bytes: 7, lastModified: expect.any(String) }]);
  });

  test('I7: a part of another pipeline, target or table is foreign, not an orphan', async () => {
    const others = [{ ...ORDERS, pipeline: 'other' }, { ...ORDERS, target: 'dw2' }, { ...ORDERS, table: 'SHOP_RW:sales.orders' }].map((task) => partKey(task, 1));
    expect(Object.values((await list(known, others)).states)).toEqual(['foreign', 'foreign', 'foreign']);
  });

  test('where Redshift is not asked nothing counts as loaded', async () => {
    expect((await list(known, [loaded, awaiting], { asksTarget: false })).states).toEqual({ [loaded]: 'awaiting load', [awaiting]: 'awaiting load' });
  });

  test('a part of an older epoch is an orphan', async () => {
    const old = partKey(ORDERS, 1, { epoch: 1 });
    const now = partKey(ORDERS, 1, { epoch: 2 });
    const state = new Map([[ORDERS, { epoch: 2, loadedSeq: 0, manifests: [batch(ORDERS, 1, [old], 1), batch(ORDERS, 1, [now], 2)] }]]);
    expect((await list(state, [old, now])).states).toEqual({ [old]: 'orphan', [now]: 'awaiting load' });
  });

  test('without a watermark every part of the table is an orphan', async () => {
    expect((await list(new Map([[ORDERS, null]]), [loaded])).states).toEqual({ [loaded]: 'orphan' });
  });
});

describe('tables whose names are prefixes of each other', () => {
  const tables = [ORDER, ORDERS, ARCHIVE] as const;
  test.each(['table', 'datetime', 'hybrid'] as const)('keep their objects apart, partitioned by %s', async (partition) => {
    const keys = new Map(tables.map((task) => [task, partKey(task, 1, { partition })]));
    const state = new Map(tables.map((task, index) => [task, { epoch: 1, loadedSeq: index === 1 ? 1 : 0, manifests: [batch(task, 1, [keys.get(task)!])] }]));
    const { views } = await list(state, [...keys.values()]);
    expect(views.map(({ table, state: found }) => [table, found])).toEqual([[ORDER.table, 'awaiting load'], [ORDERS.table, 'loaded'], [ARCHIVE.table, 'awaiting load']]);
  });

  test('objects of a table that is not asked for are foreign', async () => {
    const state = new Map([[ORDERS, { epoch: 1, loadedSeq: 0, manifests: [] }]]);
    expect((await list(state, [partKey(ARCHIVE, 1), partKey(ORDER, 1), partKey(ORDERS, 1)])).views.map(({ state: found }) => found)).toEqual(['foreign', 'foreign', 'orphan']);
  });
});

test('the listing is one, below the pipeline’s own path, which ends in a slash', async () => {
  expect((await list(new Map([[ORDERS, null], [ARCHIVE, null]]), [])).prefixes).toEqual(['incremental/shop/']);
});

test('I9: a listing that breaks is an error and no short list', async () => {
  const broken = {
    async *list() {
      yield { key: partKey(ORDERS, 1), byteLength: 1, lastModified: AT };
      await Promise.resolve();
      throw new Error('the listing broke');
    },
  };
  const nothing = { watermarks: { read: () => Promise.resolve(null) } as unknown as WatermarkPort, manifests: {} as ManifestPort, target: null };
  await expect(listObjects({ ...ROOT, tables: [{ task: ORDERS, target: { schema: 's', table: 't', workSchema: 'w' } }] }, nothing, broken)).rejects.toThrow('the listing broke');
});

test('I7: quarantine objects are foreign to a listing of data, wherever it looks', async () => {
  const root = { incrementalPath: '', isolationPrefix: '' };
  const key = stateKeys({ watermarkPath: 'watermark/', task: ORDERS }).quarantine({ epoch: 1, seq: 1, generation: 1 });
  const { states } = await list(new Map([[ORDERS, { epoch: 1, loadedSeq: 1, manifests: [batch(ORDERS, 1, [])] }]]), [key], { root });
  expect(states).toEqual({ [key]: 'foreign' });
});
