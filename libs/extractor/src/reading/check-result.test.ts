import type { StagedColumn } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { cursorColumn, decimalColumn, queryOver, staged } from '../../test/staged-columns.ts';
import type { DriverField } from '../driver/driver-parts.ts';
import { UNSIGNED_FLAG, WIRE } from '../driver/wire-types.ts';
import { checkResult, tableOf } from './check-result.ts';

function field(columnType: number, fields: Partial<DriverField> = {}): DriverField {
  return { schema: 'sales', orgTable: 'orders', table: 'orders', name: 'c0', orgName: 'c', columnType, characterSet: 63, encoding: 'binary', columnLength: 20, flags: 0, decimals: 0, ...fields };
}

const TEXT = { characterSet: 45, encoding: 'utf8' };

/** The differences that are found, or none. */
function differences(columns: readonly StagedColumn[], fields: readonly DriverField[], cursorIndex?: number): readonly string[] {
  try {
    checkResult(queryOver(columns, { cursor: cursorIndex === undefined ? [] : [cursorColumn('k', cursorIndex, 'server')] }), fields);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'SOURCE_SCHEMA_CHANGED', exit: 13, retry: 'later' });
    return (error as { details: { differences: string[] } }).details.differences;
  }
}

test.each<[string, StagedColumn, DriverField]>([
  ['INT', staged('int32'), field(WIRE.LONG)],
  ['INT UNSIGNED as 64 bits', staged('int64', { sourceType: 'int(10) unsigned' }), field(WIRE.LONG, { flags: UNSIGNED_FLAG })],
  ['INT ZEROFILL', staged('int64', { sourceType: 'int(8) unsigned zerofill' }), field(WIRE.LONG, { flags: UNSIGNED_FLAG })],
  ['BIT read as a number', staged('int32', { sourceType: 'bit(8)' }), field(WIRE.LONGLONG, { orgName: '' })],
  ['YEAR', staged('int32', { sourceType: 'year(4)' }), field(WIRE.YEAR, { flags: UNSIGNED_FLAG })],
  ['BIGINT UNSIGNED as decimal', decimalColumn(20, 0, { sourceType: 'bigint(20) unsigned' }), field(WIRE.LONGLONG, { flags: UNSIGNED_FLAG })],
  ['DECIMAL', decimalColumn(12, 2), field(WIRE.NEWDECIMAL, { columnLength: 14, decimals: 2 })],
  ['DECIMAL UNSIGNED', decimalColumn(10, 2, { sourceType: 'decimal(10,2) unsigned' }), field(WIRE.NEWDECIMAL, { columnLength: 11, decimals: 2, flags: UNSIGNED_FLAG })],
  ['DECIMAL(19) promoted to 20 digits', decimalColumn(20, 4, { sourceType: 'decimal(19,4)' }), field(WIRE.NEWDECIMAL, { columnLength: 21, decimals: 4 })],
  ['FLOAT times 1E0', staged('float32'), field(WIRE.DOUBLE, { orgName: '' })],
  ['text of a set that mysql2 does not know', staged('utf8'), field(WIRE.BLOB, { characterSet: 9999, encoding: undefined })],
  ['JSON of MySQL', staged('utf8', { sourceType: 'json' }), field(WIRE.JSON)],
  ['TIME as text', staged('utf8', { sourceType: 'time(6)' }), field(WIRE.TIME)],
  ['DECIMAL(65,30) as text', staged('utf8', { sourceType: 'decimal(65,30)' }), field(WIRE.NEWDECIMAL, { columnLength: 67, decimals: 30 })],
  ['HEX digits as bytes', staged('bytes', { sourceType: 'varbinary(16)' }), field(WIRE.VAR_STRING, { ...TEXT, orgName: '' })],
  ['text read as bytes', staged('utf8', { sourceType: 'varchar(10)' }), field(WIRE.VAR_STRING, { orgName: '' })],
  ['a column under the alias of a view', staged('int32'), field(WIRE.LONG, { name: 'C', orgName: 'base_c' })],
  ['a type without a rule of its own', staged('utf8', { sourceType: 'inet6' }), field(WIRE.STRING, TEXT)],
])('%s is as planned', (_label, column, found) => {
  expect(differences([column], [found])).toEqual([]);
});

test.each<[StagedColumn, DriverField, string]>([
  [staged('int32'), field(WIRE.LONGLONG), 'column c was int(11) and arrives as LONGLONG'],
  [staged('int64'), field(WIRE.LONG), 'column c was bigint(20) and arrives as LONG'],
  [staged('int32'), field(WIRE.LONG, { flags: UNSIGNED_FLAG }), 'column c was int(11) and arrives unsigned'],
  [staged('int64', { sourceType: 'int(10) unsigned' }), field(WIRE.LONG), 'column c was int(10) unsigned and arrives signed'],
  [staged('int32'), field(WIRE.LONG, { name: 'other', orgName: 'other' }), 'column c arrives as column other'],
  [staged('int32'), field(WIRE.VAR_STRING, TEXT), 'column c arrives as VAR_STRING, which is not read as int32'],
  [staged('float32'), field(WIRE.FLOAT), 'column c arrives as FLOAT, which is not read as float32'],
  [staged('float64'), field(WIRE.FLOAT), 'column c arrives as FLOAT, which is not read as float64'],
  [staged('boolean'), field(WIRE.BIT), 'column c arrives as BIT, which is not read as boolean'],
  [staged('date'), field(WIRE.DATETIME), 'column c arrives as DATETIME, which is not read as date'],
  [staged('timestamp'), field(WIRE.TIMESTAMP), 'column c was datetime(6) and arrives as TIMESTAMP'],
  [staged('utf8'), field(WIRE.BLOB), 'column c arrives in character set 63 (binary) instead of utf8mb4'],
  [staged('utf8'), field(WIRE.BLOB, { characterSet: 8, encoding: 'latin1' }), 'column c arrives in character set 8 (latin1) instead of utf8mb4'],
  [decimalColumn(12, 2), field(WIRE.NEWDECIMAL, { columnLength: 14, decimals: 3 }), 'column c arrives with 3 digits behind the point instead of 2'],
  [decimalColumn(12, 2), field(WIRE.NEWDECIMAL, { columnLength: 16, decimals: 2 }), 'column c was decimal(12,2) and arrives with 14 digits'],
  [decimalColumn(12, 2), field(WIRE.NEWDECIMAL, { orgName: '', decimals: 4 }), 'column c arrives with 4 digits behind the point instead of 2'],
  [staged('int32'), field(99), 'column c arrives as type 99, which is not read as int32'],
])('%# is refused', (column, found, difference) => {
  expect(differences([column], [found])).toEqual([difference]);
});

describe('the number of columns', () => {
  test('is that of the plan and the hidden cursor columns', () => {
    expect(differences([staged('int32')], [field(WIRE.LONG), field(WIRE.LONG)])).toEqual(['2 columns instead of 1']);
    expect(differences([staged('int32')], [field(WIRE.LONG)], 1)).toEqual(['1 columns instead of 2']);
    expect(differences([staged('int32')], [field(WIRE.LONG), field(WIRE.BLOB)], 1)).toEqual([]);
  });
});

test('every difference is named', () => {
  expect(differences([staged('int32'), staged('date')], [field(WIRE.LONGLONG), field(WIRE.TIME)])).toHaveLength(2);
});

test('the table is that of the first column that comes from one', () => {
  expect(tableOf([field(WIRE.LONG, { orgTable: '', schema: '' }), field(WIRE.LONG)])).toBe('sales.orders');
  expect(tableOf([])).toBe('the result');
});
