import { describe, expect, test } from 'vitest';
import { ORDERS, SETTINGS, sourceColumn, sourceTable, STAGED, stagedColumn } from '../test/orders-table.ts';
import { HybridStrategy } from './hybrid-strategy.ts';

const strategy = new HybridStrategy(ORDERS, SETTINGS);
const bound = strategy.bound('2026-01-31 12:00:05.000000');
const at = strategy.keysetPosition(['2026-01-31 11:00:00.000001', '42']);
const FROM = 'select `id` as `c0`, `updated_at` as `c1`, `state` as `c2` from `sales`.`orders` as `orders` where ';
const ORDER = ' order by `orders`.`updated_at`, `orders`.`id` limit 10';

describe('SQL', () => {
  test('an increment from the beginning', () => {
    expect(strategy.increment(STAGED, null, bound, 10).sql).toBe(`${FROM}\`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000'${ORDER}`);
  });

  test('an increment after a cursor seeks on both columns', () => {
    expect(strategy.increment(STAGED, at, bound, 10).sql).toBe(
      `${FROM}(\`orders\`.\`updated_at\` > '2026-01-31 11:00:00.000001' or (\`orders\`.\`updated_at\` = '2026-01-31 11:00:00.000001' and \`orders\`.\`id\` > 42)) and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000'${ORDER}`,
    );
  });

  test('the first increment after a first load starts at the mark less the lookback', () => {
    expect(strategy.increment(STAGED, strategy.positionAfterFirstLoad(bound), bound, 10).sql).toContain("`updated_at` >= '2026-01-31 11:45:00.000000' and");
  });

  test('a first load goes by primary key and has no bound', () => {
    expect(strategy.firstLoadPage(STAGED, strategy.pagePosition(['7']), 10).sql).toBe(`${FROM}\`orders\`.\`id\` > 7 order by \`orders\`.\`id\` limit 10`);
  });

  test('the lookback window ends at the cursor itself', () => {
    expect(strategy.lookback(STAGED, at, { after: null, limit: 10 })?.sql).toBe(
      `${FROM}\`orders\`.\`updated_at\` >= '2026-01-31 10:45:00.000001' and (\`orders\`.\`updated_at\` < '2026-01-31 11:00:00.000001' or (\`orders\`.\`updated_at\` = '2026-01-31 11:00:00.000001' and \`orders\`.\`id\` <= 42))${ORDER}`,
    );
  });

  test('additional_where stands in parentheses of its own', () => {
    const filtered = new HybridStrategy(ORDERS, { ...SETTINGS, additionalWhere: 'a = 1 or b = 2' });
    expect(filtered.increment(STAGED, null, bound, 10).sql).toContain(' and (a = 1 or b = 2) order by ');
  });

  test('columns and tables named like keywords, with back-ticks and dots, are quoted', () => {
    const odd = sourceTable([sourceColumn('order', 'int'), sourceColumn('c0', 'datetime', { extra: 'on update current_timestamp' })], { schema: 'a.b', table: 'group`by', primaryKey: ['order'] });
    const { sql } = new HybridStrategy(odd, SETTINGS).increment([stagedColumn('order'), stagedColumn('c0')], null, bound, 10);
    expect(sql).toBe("select `order` as `c0`, `c0` as `c1` from `a.b`.`group``by` as `group``by` where `group``by`.`c0` < '2026-01-31 12:00:00.000000' order by `group``by`.`c0`, `group``by`.`order` limit 10");
  });
});

test('the newest cursor below a bound is one row without staged columns, and ends the run of a replica', () => {
  expect(strategy.newestBelow(bound)).toEqual({
    sql: "select `orders`.`updated_at` as `k0` from `sales`.`orders` as `orders` where `orders`.`updated_at` < '2026-01-31 12:00:00.000000' order by `orders`.`updated_at` desc limit 1",
    columns: [], cursor: [{ name: 'updated_at', index: 0, order: 'time' }], after: null, below: '2026-01-31 12:00:00.000000', maxRows: 1,
  });
  expect(strategy.boundAtNewest('2026-01-31 11:59:59.000001')).toEqual({ column: 'updated_at', value: '2026-01-31 11:59:59.000001' });
  expect(strategy.boundAtNewest(null)).toEqual({ column: 'updated_at', value: '1971-01-01 00:00:00.000000' });
});

test('cursor columns that are not staged are selected for the cursor alone', () => {
  const query = strategy.increment([stagedColumn('state')], null, bound, 10);
  expect(query.sql).toContain('select `state` as `c0`, `updated_at` as `k0`, `id` as `k1` from');
  expect(query.cursor).toEqual([{ name: 'updated_at', index: 1, order: 'time' }, { name: 'id', index: 2, order: 'number' }]);
});

test('a binary key is read as hexadecimal', () => {
  const table = sourceTable([sourceColumn('id', 'binary'), sourceColumn('updated_at', 'datetime')]);
  const query = new HybridStrategy(table, SETTINGS).firstLoadPage([stagedColumn('id')], { kind: 'pk', columns: ['id'], values: ['00FF'] }, 5);
  expect(query.sql).toContain("HEX(`id`) as `k0`");
  expect(query.sql).toContain("`orders`.`id` > X'00FF'");
});

test('a nullable cursor is probed under fail and left out of every range', () => {
  const table = sourceTable([sourceColumn('id', 'int'), sourceColumn('updated_at', 'datetime', { isNullable: true })]);
  const nullable = new HybridStrategy(table, { ...SETTINGS, additionalWhere: 'id > 0' });
  expect(nullable.nullProbe()).toBe('select 1 from `sales`.`orders` where `updated_at` is null and (id > 0) limit 1');
  expect(nullable.firstLoadPage([stagedColumn('id')], null, 5).sql).toContain('`updated_at` is not null');
  expect(new HybridStrategy(table, { ...SETTINGS, nullCursor: 'exclude' }).nullProbe()).toBeNull();
  expect(strategy.nullProbe()).toBeNull();
});

test.each([
  ['accepted', { ...SETTINGS, lateCommits: 'accept' as const }],
  ['a window of nothing', { ...SETTINGS, lookbackMs: 0 }],
])('late commits %s: there is no lookback', (_name, settings) => {
  expect(new HybridStrategy(ORDERS, settings).lookback(STAGED, at, { after: null, limit: 10 })).toBeNull();
});

test('a position of other cursor columns is a state conflict, not a restart', () => {
  expect(() => strategy.increment(STAGED, { kind: 'keyset', columns: ['changed_at', 'id'], values: ['2026-01-01 00:00:00', '1'] }, bound, 10)).toThrowError(expect.objectContaining({ code: 'CDC_POSITION', exit: 21 }));
  expect(() => strategy.increment(STAGED, { kind: 'tick', column: 'changed_at', value: '2026-01-01 00:00:00' }, bound, 10)).toThrowError(expect.objectContaining({ code: 'CDC_POSITION', exit: 21 }));
  expect(() => strategy.positionAfterFirstLoad({ column: 'changed_at', value: '2026-01-01 00:00:00' })).toThrowError(expect.objectContaining({ code: 'CDC_POSITION' }));
  expect(() => strategy.increment(STAGED, { kind: 'gtid', gtid: '0-1-2' }, bound, 10)).toThrowError(expect.objectContaining({ code: 'CDC_POSITION' }));
});
