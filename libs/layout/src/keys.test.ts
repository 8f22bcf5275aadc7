import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataKeys, dataRoot, type PartitionStrategy } from './data-keys.ts';
import { isPartOf, parseDataKey } from './parse-data-key.ts';
import { parseStateKey } from './parse-state-key.ts';
import { stateKeys } from './state-keys.ts';

const task = { pipeline: 'shop_pipeline', target: 'dw', table: 'SHOP_RO:sales.orders' };
const at = new Date('2026-01-02T03:04:05.678Z');

describe('state keys', () => {
  const keys = stateKeys({ watermarkPath: 'watermark/', task });
  const below = 'watermark/shop_pipeline/dw';

  test('lie below pipeline and target', () => {
    expect(keys.watermark).toBe(`${below}/tables/shop_ro_sales_orders.json`);
    expect(keys.lease).toBe(`${below}/leases/shop_ro_sales_orders.json`);
    expect(keys.manifestPrefix(3)).toBe(`${below}/manifests/shop_ro_sales_orders/3/`);
    expect(keys.manifest(3, 17)).toBe(`${below}/manifests/shop_ro_sales_orders/3/000000000017.json`);
    expect(keys.copyManifest(3, 17, 19, 4)).toBe(`${below}/manifests/shop_ro_sales_orders/copy/3/000000000017-000000000019-g4.json`);
    expect(keys.history(3, 4, 'abc-1')).toBe(`${below}/history/shop_ro_sales_orders/000000000003-000000000004-abc-1.json`);
    expect(keys.quarantine({ epoch: 3, seq: 17, generation: 4 })).toBe(`${below}/quarantine/shop_ro_sales_orders/3-000000000017-8aab8407-g4.jsonl`);
  });

  test('the manifest folder of an epoch holds no other epoch and no COPY manifest', () => {
    for (const other of [keys.manifest(31, 1), keys.manifest(33, 1), keys.copyManifest(3, 1, 1, 1)]) expect(other.startsWith(keys.manifestPrefix(3))).toBe(false);
  });

  test('I3: keys of manifests sort by seq', () => {
    const seq = fc.integer({ min: 0, max: 999_999_999_999 });
    fc.assert(fc.property(seq, seq, (a, b) => Math.sign(Buffer.compare(Buffer.from(keys.manifest(1, a)), Buffer.from(keys.manifest(1, b)))) === Math.sign(a - b)));
  });

  test('are read back', () => {
    const own = { pipeline: 'shop_pipeline', target: 'dw', form: 'shop_ro_sales_orders' };
    const parsed = (key: string) => parseStateKey(key, 'watermark/');
    expect(parsed(keys.watermark)).toEqual({ ...own, kind: 'watermark' });
    expect(parsed(keys.lease)).toEqual({ ...own, kind: 'lease' });
    expect(parsed(keys.manifest(3, 17))).toEqual({ ...own, kind: 'manifest', epoch: 3, seq: 17 });
    expect(parsed(keys.copyManifest(3, 17, 19, 4))).toEqual({ ...own, kind: 'copy_manifest', epoch: 3, fromSeq: 17, toSeq: 19, generation: 4 });
    expect(parsed(keys.history(3, 4, 'abc-1'))).toEqual({ ...own, kind: 'history', epoch: 3, generation: 4, writeId: 'abc-1' });
    expect(parsed(keys.quarantine({ epoch: 3, seq: 17, generation: 4 }))).toEqual({ ...own, kind: 'quarantine', epoch: 3, seq: 17, generation: 4, shortTableId: '8aab8407' });
  });

  test.each(['other/shop_pipeline/dw/tables/a.json', 'watermark/tables/a.json', 'watermark/p/t/tables/A.json', 'watermark/p/t/tables/a.json.bak', 'watermark/p/t/manifests/a/3/17.json', 'watermark/p/t/manifests/a/03/000000000017.json', 'watermark/p/t/x/a.json', 'watermark/p/t/tables/a/b.json'])('%s is foreign', (key) => {
    expect(parseStateKey(key, 'watermark/')).toBeNull();
  });

  test.each(['', '.', '..', 'a/b', 'a b', 'é', 'a\n', 'x'.repeat(101)])('a pipeline named %j is refused', (pipeline) => {
    expect(() => stateKeys({ watermarkPath: '', task: { ...task, pipeline } })).toThrow(expect.objectContaining({ code: 'LAYOUT_NAME_INVALID', exit: 10 }));
  });

  test.each(['/', '/a/', 'a', 'a//', 'a//b/', './', 'a/../', 'a\n/', 'a\ud800/'])('the path %j is refused', (watermarkPath) => {
    expect(() => stateKeys({ watermarkPath, task })).toThrow(expect.objectContaining({ code: 'LAYOUT_PREFIX_INVALID', exit: 10 }));
  });

  test('a key over 1024 bytes is refused before S3 refuses it', () => {
    expect(() => stateKeys({ watermarkPath: `${'é'.repeat(500)}/`, task })).toThrow(expect.objectContaining({ code: 'LAYOUT_KEY_TOO_LONG', exit: 10 }));
  });

  test('two pipelines or targets never share a key', () => {
    const names = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/).filter((name) => !/^\.\.?$/.test(name));
    fc.assert(
      fc.property(names, names, names, names, (p1, t1, p2, t2) => {
        fc.pre(p1 !== p2 || t1 !== t2);
        expect(stateKeys({ watermarkPath: '', task: { ...task, pipeline: p1, target: t1 } }).watermark).not.toBe(stateKeys({ watermarkPath: '', task: { ...task, pipeline: p2, target: t2 } }).watermark);
      }),
    );
  });
});

describe('data keys', () => {
  const request = { incrementalPath: 'incremental/', isolationPrefix: 'shop/', task, at };
  const batch = { epoch: 3, seq: 17, generation: 4 };
  const name = 'shop_ro_sales_orders_3-000000000017-8aab8407-g4-00002.parquet';

  test.each<[PartitionStrategy, string]>([
    ['table', 'shop_ro_sales_orders/'],
    ['datetime', 'year=2026/month=01/day=02/hour=03/shop_ro_sales_orders/'],
    ['hybrid', 'shop_ro_sales_orders/year=2026/month=01/day=02/'],
  ])('partitioned by %s lie in %s and are read back', (partition, folder) => {
    const key = dataKeys({ ...request, partition }).part(batch, 2);
    expect(key).toBe(`incremental/shop/${folder}${name}`);
    const parsed = parseDataKey(key, dataRoot(request));
    expect(parsed).toEqual({ form: 'shop_ro_sales_orders', shortTableId: '8aab8407', batchId: '3-000000000017-8aab8407', epoch: 3, seq: 17, generation: 4, part: 2, partition });
    expect(isPartOf(parsed!, task)).toBe(true);
  });

  test('I7: a part belongs to one table only, not to one whose name begins alike or has the same form', () => {
    const part = (table: string) => parseDataKey(dataKeys({ ...request, partition: 'table', task: { ...task, table } }).part(batch, 0), dataRoot(request))!;
    expect(isPartOf(part('SHOP_RO:sales.orders_history'), task)).toBe(false);
    expect(isPartOf(part('SHOP_RO:sales_orders.x'), { ...task, table: 'SHOP_RO:sales.orders_x' })).toBe(false);
  });

  test.each([
    `incremental/shop/orders/${name}`,
    `incremental/shop/shop_ro_sales_orders/year=2026/${name}`,
    `incremental/shop/${name}`,
    'incremental/shop/shop_ro_sales_orders/shop_ro_sales_orders_20260102_030405_batch_1.parquet',
    `incremental/shop/shop_ro_sales_orders/${name}.tmp`,
    `elsewhere/${name}`,
  ])('%s is foreign', (key) => {
    expect(parseDataKey(key, 'incremental/shop/')).toBeNull();
  });

  test('any scoped name, epoch, seq, generation and part come back', () => {
    const count = fc.integer({ min: 0, max: 99_999 });
    const table = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(table, count, count, count, count, fc.constantFrom<PartitionStrategy>('table', 'datetime', 'hybrid'), (suffix, epoch, seq, generation, part, partition) => {
        const other = { ...task, table: `SHOP_RO:sales.${suffix}` };
        const key = dataKeys({ ...request, task: other, partition }).part({ epoch, seq, generation }, part);
        const parsed = parseDataKey(key, 'incremental/shop/');
        expect(parsed).toMatchObject({ epoch, seq, generation, part, partition });
        expect(isPartOf(parsed!, other)).toBe(true);
      }),
    );
  });
});
