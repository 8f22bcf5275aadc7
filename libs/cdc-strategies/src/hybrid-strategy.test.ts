import { describe, expect, test } from 'vitest';
import { ORDERS, SETTINGS, sourceColumn, sourceTable, STAGED, stagedColumn } from '../test/orders-table.ts';
import { HybridStrategy } from './hybrid-strategy.ts';

const strategy = new HybridStrategy(ORDERS, SETTINGS);
const bound = strategy.bound('2026-01-31 12:00:05.000000');
const at = strategy.positionFromInput({ timestamp: '2026-01-31 11:00:00.000001', id: '42' });
const page = (values: readonly string[]) => ({ kind: 'pk', columns: ['id'], values }) as const;
const FROM = 'select `id` as `c0`, `updated_at` as `c1`, `state` as `c2` from `sales`.`orders` as `orders` where ';
const ORDER = ' order by `orders`.`updated_at`, `orders`.`id` limit 10';

describe('SQL', () => {
  test('an increment from the beginning', () => {
    expect(strategy.increment(STAGED, bound).query(null, 10).sql).toBe(`${FROM}\`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000'${ORDER}`);
  });

  test('an increment after a cursor seeks on both columns', () => {
    expect(strategy.increment(STAGED, bound).query(at, 10).sql).toBe(
      `${FROM}(\`orders\`.\`updated_at\` > '2026-01-31 11:00:00.000001' or (\`orders\`.\`updated_at\` = '2026-01-31 11:00:00.000001' and \`orders\`.\`id\` > 42)) and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000'${ORDER}`,
    );
  });

  test('the first increment after a first load starts at the mark less the lookback', () => {
    expect(strategy.increment(STAGED, bound).query(strategy.positionAfterFirstLoad(bound, false), 10).sql).toContain("`updated_at` >= '2026-01-31 11:45:00.000000' and");
  });

  test('a first load goes by primary key and has no bound', () => {
    expect(strategy.firstLoad(STAGED, null)!.query(page(['7']), 10).sql).toBe(`${FROM}\`orders\`.\`id\` > 7 order by \`orders\`.\`id\` limit 10`);
  });

  test('the lookback window ends at the cursor itself, and before the bound where a clock is behind the cursor', () => {
    expect(strategy.lookback(STAGED, at, bound)?.query(null, 10).sql).toBe(
      `${FROM}\`orders\`.\`updated_at\` >= '2026-01-31 10:45:00.000001' and (\`orders\`.\`updated_at\` < '2026-01-31 11:00:00.000001' or (\`orders\`.\`updated_at\` = '2026-01-31 11:00:00.000001' and \`orders\`.\`id\` <= 42)) and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000'${ORDER}`,
    );
  });

  test('additional_where stands in parentheses of its own', () => {
    const filtered = new HybridStrategy(ORDERS, { ...SETTINGS, additionalWhere: 'a = 1 or b = 2' });
    expect(filtered.increment(STAGED, bound).query(null, 10).sql).toContain(' and (a = 1 or b = 2) order by ');
  });

  test('columns and tables named like keywords, with back-ticks and dots, are quoted', () => {
    const odd = sourceTable([sourceColumn('order', 'int'), sourceColumn('c0', 'datetime', { extra: 'on update current_timestamp' })], { schema: 'a.b', table: 'group`by', primaryKey: ['order'] });
    const { sql } = new HybridStrategy(odd, SETTINGS).increment([stagedColumn('order'), stagedColumn('c0')], bound).query(null, 10);
    expect(sql).toBe("select `order` as `c0`, `c0` as `c1` from `a.b`.`group``by` as `group``by` where `group``by`.`c0` < '2026-01-31 12:00:00.000000' order by `group``by`.`c0`, `group``by`.`order` limit 10");
  });
});

test('the newest cursor below a bound is one row without staged columns, and ends the run of a replica', () => {
  expect(strategy.newest(bound)).toEqual({
    sql: "select `updated_at` as `k0` from `sales`.`orders` as `orders` where `orders`.`updated_at` < '2026-01-31 12:00:00.000000' order by `orders`.`updated_at` desc limit 1",
    columns: [], cursor: [{ name: 'updated_at', index: 0, order: 'time' }], after: null, below: '2026-01-31 12:00:00.000000', maxRows: 1,
  });
  expect(strategy.boundAtNewest('2026-01-31 11:59:59.000001')).toEqual({ column: 'updated_at', value: '2026-01-31 11:59:59.000001' });
  expect(strategy.boundAtNewest(null)).toEqual({ column: 'updated_at', value: '1971-01-01 00:00:00.000000' });
});

test('cursor columns that are not staged are selected for the cursor alone', () => {
  const query = strategy.increment([stagedColumn('state')], bound).query(null, 10);
  expect(query.sql).toContain('select `state` as `c0`, `updated_at` as `k0`, `id` as `k1` from');
  expect(query.cursor).toEqual([{ name: 'updated_at', index: 1, order: 'time' }, { name: 'id', index: 2, order: 'number' }]);
});

test('a binary key is read as hexadecimal', () => {
  const table = sourceTable([sourceColumn('id', 'binary'), sourceColumn('updated_at', 'datetime')]);
  const query = new HybridStrategy(table, SETTINGS).firstLoad([stagedColumn('id')], null)!.query({ kind: 'pk', columns: ['id'], values: ['00FF'] }, 5);
  expect(query.sql).toContain("HEX(`id`) as `k0`");
  expect(query.sql).toContain("`orders`.`id` > X'00FF'");
});

test('a nullable cursor is probed under fail and left out of every range', () => {
  const table = sourceTable([sourceColumn('id', 'int'), sourceColumn('updated_at', 'datetime', { isNullable: true })]);
  const nullable = new HybridStrategy(table, { ...SETTINGS, additionalWhere: 'id > 0' });
  expect(nullable.nullProbe()).toBe('select 1 from `sales`.`orders` as `orders` where `updated_at` is null and (id > 0) limit 1');
  expect(nullable.firstLoad([stagedColumn('id')], null)!.query(null, 5).sql).toContain('`updated_at` is not null');
  expect(new HybridStrategy(table, { ...SETTINGS, nullCursor: 'exclude' }).nullProbe()).toBeNull();
  expect(strategy.nullProbe()).toBeNull();
});

test.each([
  ['a window of nothing', { ...SETTINGS, lookbackMs: 0 }, at],
  ['nothing read yet', SETTINGS, null],
])('%s: there is no lookback', (_name, settings, position) => {
  expect(new HybridStrategy(ORDERS, settings).lookback(STAGED, position, bound)).toBeNull();
});

test('a position of other cursor columns is a state conflict, not a restart', () => {
  const refusal = expect.objectContaining({ code: 'CDC_POSITION', exit: 21 }) as Error;
  for (const position of [
    { kind: 'keyset', columns: ['changed_at', 'id'], values: ['2026-01-01 00:00:00', '1'] },
    { kind: 'tick', column: 'changed_at', value: '2026-01-01 00:00:00' },
    { kind: 'pk', columns: ['id'], values: ['1'] },
    { kind: 'gtid', gtid: '0-1-2' },
  ] as const) {
    expect(() => strategy.increment(STAGED, bound).query(position, 10)).toThrowError(refusal);
    expect(() => strategy.checkPosition(position)).toThrowError(refusal);
  }
  expect(() => strategy.positionAfterFirstLoad({ column: 'changed_at', value: '2026-01-01 00:00:00' }, false)).toThrowError(refusal);
  expect(() => strategy.firstLoad(STAGED, null)!.query(at, 10)).toThrowError(refusal);
});

test('a lookback at a tick is the window before it', () => {
  expect(strategy.lookback(STAGED, { kind: 'tick', column: 'updated_at', value: '2026-01-31 11:00:00.000000' }, bound)?.query(null, 10).sql).toBe(
    `${FROM}\`orders\`.\`updated_at\` >= '2026-01-31 10:45:00.000000' and \`orders\`.\`updated_at\` < '2026-01-31 11:00:00.000000' and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000'${ORDER}`,
  );
});

test('a first load whose rows are not read again leaves out what lies beyond its mark, and increments begin at the mark', () => {
  expect(strategy.firstLoad(STAGED, bound)!.query(null, 10).sql).toBe(`${FROM}\`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000' order by \`orders\`.\`id\` limit 10`);
  expect(strategy.positionAfterFirstLoad(bound, true)).toEqual({ kind: 'tick', column: 'updated_at', value: '2026-01-31 12:00:00.000000' });
});

describe('what a person gives', () => {
  test('a backfill by time goes in cursor order, one by id in the order of the id', () => {
    expect(strategy.backfill(STAGED, { by: 'time', from: '2026-01-30', to: '2026-01-31T12:00' }, null).query(null, 10).sql).toBe(
      `${FROM}\`orders\`.\`updated_at\` >= '2026-01-30 00:00:00' and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00'${ORDER}`,
    );
    expect(strategy.backfill(STAGED, { by: 'id', from: '5', to: '9' }, null).query(page(['7']), 10).sql).toBe(
      `${FROM}\`orders\`.\`id\` >= 5 and \`orders\`.\`id\` > 7 and \`orders\`.\`id\` <= 9 order by \`orders\`.\`id\` limit 10`,
    );
    expect(strategy.backfill(STAGED, { by: 'id', from: null, to: null }, null).query(null, 10).sql).toBe(`${FROM.slice(0, -7)} order by \`orders\`.\`id\` limit 10`);
  });

  test.each([
    ['only a time', { timestamp: '2026-01-31 12:00:00', id: null }],
    ['only an id', { timestamp: null, id: '4' }],
    ['a time that is none', { timestamp: 'noon', id: '4' }],
    ['SQL for an id', { timestamp: '2026-01-31 12:00:00', id: '4 or 1=1' }],
  ])('a position of %s is a usage error', (_name, input) => {
    expect(() => strategy.positionFromInput(input)).toThrowError(expect.objectContaining({ code: 'CDC_INPUT', exit: 2 }));
  });

  test('an id of several columns is a JSON array', () => {
    const composite = new HybridStrategy(sourceTable([sourceColumn('shop', 'int'), sourceColumn('id', 'varchar'), sourceColumn('updated_at', 'datetime')], { primaryKey: ['shop', 'id'] }), SETTINGS);
    expect(composite.positionFromInput({ timestamp: '2026-01-31', id: '[7,"a\'b"]' })).toEqual({ kind: 'keyset', columns: ['updated_at', 'shop', 'id'], values: ['2026-01-31 00:00:00', '7', "a'b"] });
    for (const id of ['7', '[7]', '[7,8,9]', '{}', '[1.5,"a"]', '["x","a"]']) expect(() => composite.positionFromInput({ timestamp: '2026-01-31', id }), id).toThrowError(expect.objectContaining({ code: 'CDC_INPUT' }));
  });
});
