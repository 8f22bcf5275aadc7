import { expect, test } from 'vitest';
import { typedHybridQuery } from './typed-hybrid-query.ts';

interface OrderRow {
  id: string;
  updated_at: string;
  state: string | null;
}

const reading = {
  schema: 'sales', table: 'orders', columns: ['id', 'state'], cursor: [{ column: 'updated_at', kind: 'datetime' }, { column: 'id', kind: 'integer' }], after: null, below: '2026-01-31 12:00:00', limit: 100,
} as const;

test('compiles to complete SQL without parameters', () => {
  const query = typedHybridQuery<OrderRow>({ ...reading, after: ['2026-01-30 00:00:00', '5'] });
  expect(query.parameters).toEqual([]);
  expect(query.sql).toBe(
    "select `orders`.`id` as `id`, `orders`.`state` as `state` from `sales`.`orders` as `orders` where (`orders`.`updated_at` > '2026-01-30 00:00:00' or (`orders`.`updated_at` = '2026-01-30 00:00:00' and `orders`.`id` > 5)) and `orders`.`updated_at` < '2026-01-31 12:00:00' order by `orders`.`updated_at`, `orders`.`id` limit 100",
  );
});

test('a column that the row does not have is a compile error', () => {
  // @ts-expect-error -- `total` is not a column of the row
  expect(() => typedHybridQuery<OrderRow>({ ...reading, columns: ['total'] })).not.toThrow();
  // @ts-expect-error -- `changed_at` is not a column of the row
  expect(() => typedHybridQuery<OrderRow>({ ...reading, cursor: [{ column: 'changed_at', kind: 'datetime' }] })).not.toThrow();
});

test('a cursor of another length is refused', () => {
  expect(() => typedHybridQuery<OrderRow>({ ...reading, after: ['2026-01-30 00:00:00'] })).toThrow(RangeError);
});
