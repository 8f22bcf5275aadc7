import type { SourceColumn, SourceTable } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { countThrough } from './count-query.ts';

const column = (name: string, ordinal: number, dataType: string): SourceColumn => ({
  name, ordinal, dataType, columnType: dataType, isNullable: false, isUnsigned: false, maxCharacters: null, numericPrecision: null, numericScale: null, datetimePrecision: dataType === 'datetime' ? 6 : null,
  characterSet: null, collation: null, defaultExpression: null, extra: '',
});
const TABLE: SourceTable = {
  schema: 'sales', table: 'orders', columns: [column('id', 1, 'bigint'), column('updated_at', 2, 'datetime')], primaryKey: ['id'], indexes: [], estimatedRows: 0, serverId: 's', serverVersion: '10.11',
};

test.each([
  [null, null, 'select count(*) as `k0` from `sales`.`orders` as `orders`'],
  [null, { kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 12:00:00.000000', '7'] }, "select count(*) as `k0` from `sales`.`orders` as `orders` where (`orders`.`updated_at` < '2026-01-31 12:00:00.000000' or (`orders`.`updated_at` = '2026-01-31 12:00:00.000000' and `orders`.`id` <= 7))"],
  [null, { kind: 'tick', column: 'updated_at', value: '2026-01-31 12:00:00' }, "select count(*) as `k0` from `sales`.`orders` as `orders` where `orders`.`updated_at` < '2026-01-31 12:00:00'"],
  ['state = 1', { kind: 'pk', columns: ['id'], values: ['7'] }, 'select count(*) as `k0` from `sales`.`orders` as `orders` where `orders`.`id` <= 7 and (state = 1)'],
] as const)('with %s through %j', (condition, position, sql) => {
  expect(countThrough(TABLE, condition, position)).toMatchObject({ sql, cursor: [{ index: 0 }] });
});

test('a position of another column, and a condition that is not closed, are refused', () => {
  expect(() => countThrough(TABLE, null, { kind: 'tick', column: 'gone', value: '1' })).toThrow(expect.objectContaining({ code: 'CDC_POSITION' }));
  expect(() => countThrough(TABLE, '1) or (1', null)).toThrow(expect.objectContaining({ code: 'CDC_PREDICATE' }));
});
