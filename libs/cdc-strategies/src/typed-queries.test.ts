import { describe, expect, test } from 'vitest';
import { ORDERS, SETTINGS, STAGED } from '../test/orders-table.ts';
import { createStrategy, type StrategySettings } from './create-strategy.ts';
import { typedFullQuery } from './typed-full-query.ts';
import { typedHybridQuery } from './typed-hybrid-query.ts';
import { typedIdQuery } from './typed-id-query.ts';
import { typedTimestampQuery } from './typed-timestamp-query.ts';

interface OrderRow {
  id: string;
  updated_at: string;
  state: string | null;
}

const ORDER_TABLE = { schema: 'sales', table: 'orders', columns: ['id', 'state'] } as const;
const id = { column: 'id', kind: 'integer' } as const;
const timestamp = { column: 'updated_at', kind: 'datetime' } as const;
const [from, below] = ['2026-01-30 00:00:00.000000', '2026-01-31 12:00:00.000000'];

/** A query from its FROM on: what is selected has other names for a strategy. */
const rangeOf = (sql: string): string => sql.slice(sql.indexOf(' from '));

function incrementOf(settings: StrategySettings) {
  const strategy = createStrategy(ORDERS, settings);
  if (strategy.kind === 'snapshot') throw new Error('it reads increments');
  return strategy;
}

describe.each([null, "state = 'paid' or id > 9"])('a typed query reads the range that its strategy reads, with additional_where %j', (additionalWhere) => {
  const table = { ...ORDER_TABLE, additionalWhere };

  test('hybrid', () => {
    const strategy = incrementOf({ strategy: 'hybrid', ...SETTINGS, additionalWhere });
    const query = typedHybridQuery<OrderRow>({ ...table, cursor: [timestamp, id], after: [from, '5'], below, limit: 100 });
    expect(rangeOf(query.sql)).toBe(rangeOf(strategy.increment(STAGED, { column: 'updated_at', value: below }).query({ kind: 'keyset', columns: ['updated_at', 'id'], values: [from, '5'] }, 100).sql));
  });

  test.each([null, from])('timestamp_only from %s', (start) => {
    const strategy = incrementOf({ strategy: 'timestamp_only', ...SETTINGS, additionalWhere });
    const query = typedTimestampQuery<OrderRow>({ ...table, timestamp, from: start, below });
    expect(rangeOf(query.sql)).toBe(rangeOf(strategy.increment(STAGED, { column: 'updated_at', value: below }).query(start === null ? null : { kind: 'tick', column: 'updated_at', value: start }, null).sql));
  });

  test.each([null, ['42']])('id_only after %j', (after) => {
    const strategy = incrementOf({ strategy: 'id_only', idColumn: null, idLookback: 0, additionalWhere });
    const query = typedIdQuery<OrderRow>({ ...table, id: [id], after, upTo: '99', limit: 100 });
    expect(rangeOf(query.sql)).toBe(rangeOf(strategy.increment(STAGED, { column: 'id', value: '99' }).query(after === null ? null : { kind: 'keyset', columns: ['id'], values: after }, 100).sql));
  });

  test.each([null, ['42']])('full_sync, pages after %j', (after) => {
    const strategy = createStrategy(ORDERS, { strategy: 'full_sync', resumable: true, additionalWhere });
    if (strategy.kind !== 'snapshot') throw new Error('it reads snapshots');
    const query = typedFullQuery<OrderRow>({ ...table, pages: { key: [id], after, limit: 100 } });
    expect(rangeOf(query.sql)).toBe(rangeOf(strategy.snapshot(STAGED).query(after === null ? null : { kind: 'pk', columns: ['id'], values: after }, 100).sql));
  });

  test('full_sync by one query', () => {
    expect(typedFullQuery<OrderRow>({ ...table, pages: null })).toMatchObject({ sql: `select \`orders\`.\`id\` as \`id\`, \`orders\`.\`state\` as \`state\` from \`sales\`.\`orders\` as \`orders\`${additionalWhere === null ? '' : ` where (${additionalWhere})`}`, parameters: [] });
  });
});

describe('a column that the row does not have is a compile error', () => {
  const table = ORDER_TABLE;
  const other = { ...table, columns: ['id', 'total'] } as const;
  const changed = { column: 'changed_at', kind: 'datetime' } as const;

  test('timestamp_only', () => {
    // @ts-expect-error -- `total` is not a column of the row
    expect(typedTimestampQuery<OrderRow>({ ...other, timestamp, from, below }).sql).toContain('`total`');
    // @ts-expect-error -- `changed_at` is not a column of the row
    expect(typedTimestampQuery<OrderRow>({ ...table, timestamp: changed, from, below }).sql).toContain('`changed_at`');
  });

  test('id_only', () => {
    // @ts-expect-error -- `total` is not a column of the row
    expect(typedIdQuery<OrderRow>({ ...other, id: [id], after: null, upTo: '9', limit: 1 }).sql).toContain('`total`');
    // @ts-expect-error -- `number` is not a column of the row
    expect(typedIdQuery<OrderRow>({ ...table, id: [{ column: 'number', kind: 'integer' }], after: null, upTo: '9', limit: 1 }).sql).toContain('`number`');
    // @ts-expect-error -- without an id there is no order
    expect(typedIdQuery<OrderRow>({ ...table, id: [], after: null, upTo: '9', limit: 1 }).sql).not.toContain('order by');
  });

  test('full_sync', () => {
    // @ts-expect-error -- `total` is not a column of the row
    expect(typedFullQuery<OrderRow>({ ...other, pages: null }).sql).toContain('`total`');
    // @ts-expect-error -- `number` is not a column of the row
    expect(typedFullQuery<OrderRow>({ ...table, pages: { key: [{ column: 'number', kind: 'integer' }], after: null, limit: 1 } }).sql).toContain('`number`');
  });
});

test.each(['1=1) or (1=1', "state = 'paid", 'id > 9 -- and more', ''])('a condition that is not closed is refused in each of them: %j', (additionalWhere) => {
  const table = { ...ORDER_TABLE, additionalWhere };
  const refused = expect.objectContaining({ code: 'CDC_PREDICATE' });
  expect(() => typedHybridQuery<OrderRow>({ ...table, cursor: [timestamp, id], after: null, below, limit: 1 })).toThrow(refused);
  expect(() => typedTimestampQuery<OrderRow>({ ...table, timestamp, from, below })).toThrow(refused);
  expect(() => typedIdQuery<OrderRow>({ ...table, id: [id], after: null, upTo: '9', limit: 1 })).toThrow(refused);
  expect(() => typedFullQuery<OrderRow>({ ...table, pages: null })).toThrow(refused);
});

test('values go through the literal encoder, and a position of another length is refused', () => {
  const table = ORDER_TABLE;
  expect(() => typedTimestampQuery<OrderRow>({ ...table, timestamp, from: "' OR 1=1", below })).toThrow(expect.objectContaining({ code: 'CDC_LITERAL' }));
  expect(() => typedIdQuery<OrderRow>({ ...table, id: [id], after: null, upTo: '9; DROP', limit: 1 })).toThrow(expect.objectContaining({ code: 'CDC_LITERAL' }));
  expect(() => typedIdQuery<OrderRow>({ ...table, id: [id], after: ['1', '2'], upTo: '9', limit: 1 })).toThrow(RangeError);
});
