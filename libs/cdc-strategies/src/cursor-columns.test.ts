import { expect, test } from 'vitest';
import { ORDERS, sourceColumn, sourceTable } from '../test/orders-table.ts';
import { hybridCursor } from './cursor-columns.ts';

const FIND = { timestampColumn: null, idColumn: null, timestampFormat: 'datetime' } as const;
const names = (columns: readonly { name: string }[] | null) => columns?.map(({ name }) => name);

test('the usual name and the primary key make the cursor', () => {
  const cursor = hybridCursor(ORDERS, FIND);
  expect([cursor.timestamp.name, names(cursor.tieBreakers), names(cursor.pages)]).toEqual(['updated_at', ['id'], ['id']]);
});

test('ON UPDATE CURRENT_TIMESTAMP wins over the usual names', () => {
  const table = sourceTable([sourceColumn('id', 'int'), sourceColumn('updated_at', 'datetime'), sourceColumn('touched', 'timestamp', { extra: 'on update current_timestamp(6)' })]);
  expect(hybridCursor(table, FIND).timestamp.name).toBe('touched');
});

test('an id that is not unique gets the primary key added', () => {
  const table = sourceTable([sourceColumn('id', 'int'), sourceColumn('shop', 'int'), sourceColumn('updated_at', 'datetime')], { primaryKey: ['id', 'shop'] });
  expect(names(hybridCursor(table, { ...FIND, idColumn: 'shop' }).tieBreakers)).toEqual(['shop', 'id']);
});

test('a unique NOT NULL index tells rows apart where there is no primary key', () => {
  const table = sourceTable([sourceColumn('code', 'varchar'), sourceColumn('updated_at', 'datetime')], { primaryKey: [], indexes: [{ name: 'code', isUnique: true, columns: ['code'] }] });
  const cursor = hybridCursor(table, { ...FIND, idColumn: 'code' });
  expect([names(cursor.tieBreakers), cursor.pages]).toEqual([['code'], null]);
});

test('a composite key with a type that cannot be paged by is not paged by, and its order is refused', () => {
  const table = sourceTable([sourceColumn('kind', 'enum'), sourceColumn('id', 'int'), sourceColumn('updated_at', 'datetime')], { primaryKey: ['kind', 'id'] });
  expect(() => hybridCursor(table, FIND)).toThrowError(expect.objectContaining({ code: 'CDC_CURSOR_TYPE' }));
});

test.each([
  ['a cursor column that is not there', { ...FIND, timestampColumn: 'changed_at' }, ORDERS, 'CDC_CURSOR_MISSING', /changed_at.*Its columns are: id, updated_at, state/],
  ['a cursor column of a wrong type', { ...FIND, timestampColumn: 'state' }, ORDERS, 'CDC_CURSOR_TYPE', /state of type varchar; with timestamp_format datetime allowed are datetime, timestamp.*updated_at/],
  ['no cursor at all', FIND, sourceTable([sourceColumn('id', 'int')]), 'CDC_NO_CURSOR', /no column of the types datetime, timestamp/],
  ['two candidates', FIND, sourceTable([sourceColumn('id', 'int'), sourceColumn('updated_at', 'datetime'), sourceColumn('modified_at', 'datetime')]), 'CDC_NO_CURSOR', /updated_at, modified_at/],
  ['no key', FIND, sourceTable([sourceColumn('updated_at', 'datetime')], { primaryKey: [] }), 'CDC_NO_KEY', /no primary key/],
] as const)('%s is refused', (_name, settings, table, code, message) => {
  expect(() => hybridCursor(table, settings)).toThrowError(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});
