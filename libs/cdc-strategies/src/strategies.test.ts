import { describe, expect, test } from 'vitest';
import { ORDERS, SETTINGS, sourceColumn, sourceTable, STAGED, stagedColumn } from '../test/orders-table.ts';
import { createStrategy } from './create-strategy.ts';
import { FullSyncStrategy } from './full-sync-strategy.ts';
import { HybridStrategy } from './hybrid-strategy.ts';
import { IdOnlyStrategy } from './id-only-strategy.ts';
import { TimestampOnlyStrategy } from './timestamp-only-strategy.ts';

const SELECT = 'select `id` as `c0`, `updated_at` as `c1`, `state` as `c2` from `sales`.`orders` as `orders`';
const KEYLESS = sourceTable(ORDERS.columns, { primaryKey: [] });
const position = expect.objectContaining({ code: 'CDC_POSITION', exit: 21 }) as Error;
const input = expect.objectContaining({ code: 'CDC_INPUT', exit: 2 }) as Error;

describe('timestamp_only', () => {
  const strategy = new TimestampOnlyStrategy(KEYLESS, SETTINGS);
  const bound = strategy.bound('2026-01-31 12:00:05.000000');
  const after = { kind: 'tick', column: 'updated_at', value: '2026-01-31 11:00:00.000001' } as const;
  const reading = strategy.increment(STAGED, bound);

  test('reads whole ticks, with their ties, from the first one that was not read', () => {
    expect(reading.query(after, 10, '2026-01-31 11:30:00.000000')).toMatchObject({
      sql: `${SELECT} where \`orders\`.\`updated_at\` >= '2026-01-31 11:00:00.000001' and \`orders\`.\`updated_at\` <= '2026-01-31 11:30:00.000000' and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000' order by \`orders\`.\`updated_at\``,
      hasTies: true, after: ['2026-01-31 11:00:00.000001'], below: '2026-01-31 12:00:00.000000', maxRows: null,
    });
    expect(reading.query(null, 10).sql).toBe(`${SELECT} where \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000' order by \`orders\`.\`updated_at\``);
  });

  test('a cut is the tick of the last row that a batch would hold', () => {
    expect(reading.cut(after, 10)?.sql).toBe(
      "select `updated_at` as `k0` from `sales`.`orders` as `orders` where `orders`.`updated_at` >= '2026-01-31 11:00:00.000001' and `orders`.`updated_at` < '2026-01-31 12:00:00.000000' order by `orders`.`updated_at` limit 1 offset 9",
    );
  });

  test('a position is the tick after that of the last row, and a batch does not end within a query', () => {
    expect([reading.positionOf(['2026-01-31 11:59:59.999999']), reading.splitsAnywhere]).toEqual([{ kind: 'tick', column: 'updated_at', value: '2026-01-31 12:00:00.000000' }, false]);
  });

  test('the lookback is the window of whole ticks before a position', () => {
    expect(strategy.lookback(STAGED, after, bound)?.query(null, 10).sql).toBe(
      `${SELECT} where \`orders\`.\`updated_at\` >= '2026-01-31 10:45:00.000001' and \`orders\`.\`updated_at\` < '2026-01-31 11:00:00.000001' and \`orders\`.\`updated_at\` < '2026-01-31 12:00:00.000000' order by \`orders\`.\`updated_at\``,
    );
    expect(strategy.lookback(STAGED, null, bound)).toBeNull();
  });

  test('a first load goes by primary key where there is one', () => {
    expect(strategy.firstLoad(STAGED, null)).toBeNull();
    expect(new TimestampOnlyStrategy(ORDERS, SETTINGS).firstLoad(STAGED, null)?.query(null, 10).sql).toBe(`${SELECT} order by \`orders\`.\`id\` limit 10`);
  });

  test('positions of other strategies are refused, and an id is no part of one', () => {
    expect(() => reading.query({ kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 11:00:00', '1'] }, 10)).toThrowError(position);
    expect(strategy.positionFromInput({ timestamp: '2026-01-31', id: null })).toEqual({ kind: 'tick', column: 'updated_at', value: '2026-01-31 00:00:00' });
    expect(() => strategy.positionFromInput({ timestamp: '2026-01-31', id: '4' })).toThrowError(input);
    expect(() => strategy.backfill(STAGED, { by: 'id', from: '1', to: null }, null)).toThrowError(expect.objectContaining({ code: 'CDC_BACKFILL', exit: 2 }));
  });

  test('rows without a time are read whole in one query where no key orders them', () => {
    const nullable = sourceTable([sourceColumn('updated_at', 'datetime', { isNullable: true })], { primaryKey: [] });
    const nulls = new TimestampOnlyStrategy(nullable, { ...SETTINGS, nullCursor: 'include' }).nulls([stagedColumn('updated_at')])!;
    expect([nulls.query(null, null).sql, nulls.isPaged, nulls.positionOf([])]).toEqual(['select `updated_at` as `c0` from `sales`.`orders` as `orders` where `orders`.`updated_at` is null', false, null]);
  });
});

describe('id_only', () => {
  const strategy = new IdOnlyStrategy(ORDERS, { idColumn: null, idLookback: 100, additionalWhere: null });
  const at = { kind: 'keyset', columns: ['id'], values: ['500'] } as const;

  test('reads ids after a position, up to the greatest one that there was', () => {
    expect(strategy.newest().sql).toBe('select `id` as `k0` from `sales`.`orders` as `orders` order by `orders`.`id` desc limit 1');
    expect(strategy.increment(STAGED, strategy.boundAtNewest('900')!).query(at, 10).sql).toBe(`${SELECT} where \`orders\`.\`id\` > 500 and \`orders\`.\`id\` <= 900 order by \`orders\`.\`id\` limit 10`);
    expect(strategy.boundAtNewest(null)).toBeNull();
  });

  test('the lookback is a window of ids', () => {
    expect(strategy.lookback(STAGED, at)?.query(null, 10).sql).toBe(`${SELECT} where \`orders\`.\`id\` >= 400 and \`orders\`.\`id\` <= 500 order by \`orders\`.\`id\` limit 10`);
  });

  test.each([['18446744073709551615', '18446744073709551515'], ['-5', '-106'], ['10.75', '-90']])('below %s it begins at %s', (value, from) => {
    const table = sourceTable([sourceColumn('id', value.includes('.') ? 'decimal' : 'bigint'), sourceColumn('state', 'varchar')]);
    const { sql } = new IdOnlyStrategy(table, { idColumn: null, idLookback: 100, additionalWhere: null }).lookback([stagedColumn('state')], { kind: 'keyset', columns: ['id'], values: [value] })!.query(null, 10);
    expect(sql).toContain(`>= ${from} and`);
  });

  test('ids that are no numbers have no window', () => {
    const table = sourceTable([sourceColumn('id', 'varchar')]);
    const text = new IdOnlyStrategy(table, { idColumn: null, idLookback: 100, additionalWhere: null });
    expect([text.canLookBack, text.lookback([stagedColumn('id')], { kind: 'keyset', columns: ['id'], values: ['x'] })]).toEqual([false, null]);
    expect(text.increment([stagedColumn('id')], { column: 'id', value: "z'" }).query(null, 5).sql).toContain("`orders`.`id` <= _utf8mb4 X'7a27'");
  });

  test('an id that is not unique is followed by the primary key', () => {
    const table = sourceTable([sourceColumn('id', 'int'), sourceColumn('batch', 'int')]);
    expect(new IdOnlyStrategy(table, { idColumn: 'batch', idLookback: 0, additionalWhere: null }).order.map(({ name }) => name)).toEqual(['batch', 'id']);
  });

  test.each([
    ['no primary key', sourceTable(ORDERS.columns, { primaryKey: [] }), null],
    ['a key of several columns', sourceTable(ORDERS.columns, { primaryKey: ['id', 'updated_at'] }), null],
    ['a column that tells no rows apart', sourceTable(ORDERS.columns, { primaryKey: [] }), 'id'],
  ])('%s needs another column', (_name, table, idColumn) => {
    expect(() => new IdOnlyStrategy(table, { idColumn, idLookback: 0, additionalWhere: null })).toThrowError(expect.objectContaining({ code: 'CDC_NO_KEY', exit: 10 }));
  });

  test('a position is an id, a backfill a range of them, and a time is neither', () => {
    expect(strategy.positionFromInput({ timestamp: null, id: '7' })).toEqual({ kind: 'keyset', columns: ['id'], values: ['7'] });
    expect(() => strategy.positionFromInput({ timestamp: '2026-01-31', id: '7' })).toThrowError(input);
    expect(() => strategy.checkPosition({ kind: 'tick', column: 'updated_at', value: '2026-01-31 00:00:00' })).toThrowError(position);
    expect(() => strategy.backfill(STAGED, { by: 'time', from: '2026-01-31', to: null }, null)).toThrowError(expect.objectContaining({ code: 'CDC_BACKFILL' }));
  });
});

describe('full_sync', () => {
  test('reads the whole table in pages of its primary key', () => {
    const strategy = new FullSyncStrategy(ORDERS, { resumable: true, additionalWhere: 'state = 1' });
    const reading = strategy.snapshot(STAGED);
    expect(reading.query(reading.positionOf(['7']), 10).sql).toBe(`${SELECT} where \`orders\`.\`id\` > 7 and (state = 1) order by \`orders\`.\`id\` limit 10`);
    expect(strategy.isResumable).toBe(true);
  });

  test.each([
    ['without a key', KEYLESS],
    ['with a key that cannot be paged by', sourceTable([sourceColumn('id', 'float'), sourceColumn('updated_at', 'datetime'), sourceColumn('state', 'varchar')])],
  ])('a table %s is read by one query and cannot be resumed', (_name, table) => {
    const strategy = new FullSyncStrategy(table, { resumable: true, additionalWhere: null });
    expect([strategy.snapshot(STAGED).query(null, null).sql, strategy.isResumable]).toEqual([SELECT, false]);
  });

  test('it has no position that a person could set', () => {
    expect(() => new FullSyncStrategy(ORDERS, { resumable: false, additionalWhere: null }).positionFromInput()).toThrowError(input);
  });
});

describe('times since 1970', () => {
  const table = sourceTable([sourceColumn('id', 'bigint'), sourceColumn('changed', 'bigint')]);
  const made = (timestampFormat: 'unix' | 'unix_ms') => new HybridStrategy(table, { ...SETTINGS, timestampColumn: 'changed', timestampFormat, cursorTimeZone: 'Europe/Berlin' });

  test.each([
    ['unix', '1769860800', "`orders`.`changed` >= 1769859900 and"],
    ['unix_ms', '1769860800000', "`orders`.`changed` >= 1769859900000 and"],
  ] as const)('%s: bound and window are numbers, in no time zone', (format, value, window) => {
    const strategy = made(format);
    const bound = strategy.bound('2026-01-31 12:00:05.000000');
    expect(bound).toEqual({ column: 'changed', value });
    expect(strategy.increment([stagedColumn('id')], bound).query(strategy.positionAfterFirstLoad(bound, false), 10).sql).toContain(window);
  });
});

test.each(['hybrid', 'timestamp_only'] as const)('%s: rows without a time are read again whole, by key, when they are included', (strategy) => {
  const table = sourceTable([sourceColumn('id', 'int'), sourceColumn('updated_at', 'datetime', { isNullable: true })]);
  const made = createStrategy(table, { strategy, ...SETTINGS, nullCursor: 'include' });
  if (made.kind !== 'incremental') throw new Error('it is incremental');
  const nulls = made.nulls([stagedColumn('id')])!;
  expect(nulls.query(nulls.positionOf(['4']), 5).sql).toBe('select `id` as `c0` from `sales`.`orders` as `orders` where `orders`.`id` > 4 and `orders`.`updated_at` is null order by `orders`.`id` limit 5');
  expect(made.firstLoad([stagedColumn('id')], null)!.query(null, 5).sql).not.toContain('is not null');
  expect(made.nullProbe()).toBeNull();
});

test.each(['hybrid', 'timestamp_only', 'id_only', 'full_sync'] as const)('%s refuses a condition that is not closed, and puts one that is into every query', (strategy) => {
  const settings = { strategy, ...SETTINGS, idLookback: 5, resumable: false } as const;
  expect(() => createStrategy(ORDERS, { ...settings, additionalWhere: '1=1) or (1=1' })).toThrowError(expect.objectContaining({ code: 'CDC_PREDICATE' }));
  const made = createStrategy(ORDERS, { ...settings, additionalWhere: 'a = 1 or b = 2' });
  const readings =
    made.kind === 'snapshot'
      ? [made.snapshot(STAGED)]
      : [made.increment(STAGED, { column: 'x', value: strategy === 'id_only' ? '9' : '2026-01-31 12:00:00' }), made.lookback(STAGED, made.positionFromInput({ timestamp: strategy === 'id_only' ? null : '2026-01-31', id: strategy === 'timestamp_only' ? null : '4' }), { column: 'x', value: '2026-01-31 12:00:00' })!, made.backfill(STAGED, { by: 'id', from: '1', to: '2' }, null)];
  for (const reading of readings) expect(reading.query(null, 10).sql).toContain(' and (a = 1 or b = 2)'.slice(made.kind === 'snapshot' ? 5 : 0));
});

test.each([['DATETIME in a zone', 'datetime', 'Europe/Berlin', true], ['DATETIME in UTC', 'datetime', 'UTC', false], ['TIMESTAMP, which is read in UTC', 'timestamp', 'Europe/Berlin', false]] as const)('%s: times that come twice', (_name, dataType, cursorTimeZone, repeats) => {
  const table = sourceTable([sourceColumn('id', 'bigint'), sourceColumn('updated_at', dataType)]);
  for (const Strategy of [HybridStrategy, TimestampOnlyStrategy]) expect(new Strategy(table, { ...SETTINGS, cursorTimeZone }).repeatsTimes).toBe(repeats);
});
