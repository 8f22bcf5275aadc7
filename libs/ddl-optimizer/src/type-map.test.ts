import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalBytes } from './decimal-length.ts';
import { redshiftTypeSql } from './sql/redshift-type-sql.ts';
import { stageColumn } from './stage-column.ts';
import { sourceColumn } from '../test/source-column.ts';
import { findTypeRule, TYPE_MAP } from './type-map.ts';
import { DEFAULT_TYPE_POLICIES, type TypePolicies } from './type-policies.ts';

function planned(columnType: string, policies: Partial<TypePolicies> = {}, fields: Parameters<typeof sourceColumn>[1] = {}): readonly unknown[] {
  const staged = stageColumn(sourceColumn(columnType, fields), 'c', { ...DEFAULT_TYPE_POLICIES, ...policies })?.staged;
  if (staged === undefined) return ['refused'];
  const { parquet } = staged;
  const logical = 'logical' in parquet ? ` ${parquet.logical}` : '';
  const length = parquet.physical === 'FIXED_LEN_BYTE_ARRAY' ? `(${parquet.typeLength})` : '';
  return [staged.select, staged.decode, `${parquet.physical}${length}${logical}`, redshiftTypeSql(staged.redshift), ...(staged.maxBytes === undefined ? [] : [staged.maxBytes])];
}

test.each([
  ['utf8mb4', '`c`'], ['latin1', '`c`'], ['UCS2', '`c`'], ['ascii', 'CAST(`c` AS BINARY)'],
  ['gbk', "IF(CHAR_LENGTH(REPLACE(REPLACE(CONVERT(`c` USING utf8mb4), '?', ''), _utf8mb4 X'EFBFBD', '')) <> CHAR_LENGTH(REPLACE(`c`, '?', '')), IFNULL(CONCAT(CAST(CONVERT(`c` USING utf8mb4) AS BINARY), X'FF'), CAST(CONVERT(`c` USING utf8mb4) AS BINARY)), CAST(CONVERT(`c` USING utf8mb4) AS BINARY))"],
])('a text in %s is read as %s', (characterSet, select) => {
  expect(planned('varchar(10)', {}, { characterSet })[0]).toBe(select);
  expect(planned("enum('a')", {}, { characterSet })[0]).toBe(select);
});

test.each([
  ['tinyint(1)', ['`c`', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['tinyint(4)', ['`c`', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['tinyint(3) unsigned', ['`c`', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['smallint(6)', ['`c`', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['smallint(5) unsigned', ['`c`', 'int32', 'INT32 INT32', 'INTEGER']],
  ['mediumint(8) unsigned zerofill', ['`c`', 'int32', 'INT32 INT32', 'INTEGER']],
  ['int', ['`c`', 'int32', 'INT32 INT32', 'INTEGER']],
  ['int(10) unsigned', ['`c`', 'int64', 'INT64 INT64', 'BIGINT']],
  ['bigint(20)', ['`c`', 'int64', 'INT64 INT64', 'BIGINT']],
  ['bigint unsigned', ['`c`', 'decimal', 'FIXED_LEN_BYTE_ARRAY(9) DECIMAL', 'DECIMAL(20,0)']],
  ['decimal(12,2)', ['`c`', 'decimal', 'FIXED_LEN_BYTE_ARRAY(6) DECIMAL', 'DECIMAL(12,2)']],
  ['decimal(19,4)', ['`c`', 'decimal', 'FIXED_LEN_BYTE_ARRAY(9) DECIMAL', 'DECIMAL(20,4)']],
  ['decimal(38,37)', ['`c`', 'decimal', 'FIXED_LEN_BYTE_ARRAY(16) DECIMAL', 'DECIMAL(38,37)']],
  ['decimal(38,38)', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(41)', 41]],
  ['decimal(65,30)', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(68)', 68]],
  ['float', ['`c` * 1E0', 'float32', 'FLOAT', 'REAL']],
  ['float(10,2)', ['`c` * 1E0', 'float32', 'FLOAT', 'REAL']],
  ['double', ['`c`', 'float64', 'DOUBLE', 'DOUBLE PRECISION']],
  ['double(10,2)', ['`c` * 1E0', 'float64', 'DOUBLE', 'DOUBLE PRECISION']],
  ['bit(1)', ['`c` + 0', 'boolean', 'BOOLEAN', 'BOOLEAN']],
  ['bit(15)', ['`c` + 0', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['bit(16)', ['`c` + 0', 'int32', 'INT32 INT32', 'INTEGER']],
  ['bit(31)', ['`c` + 0', 'int32', 'INT32 INT32', 'INTEGER']],
  ['bit(32)', ['`c` + 0', 'int64', 'INT64 INT64', 'BIGINT']],
  ['bit(63)', ['`c` + 0', 'int64', 'INT64 INT64', 'BIGINT']],
  ['bit(64)', ['`c` + 0', 'decimal', 'FIXED_LEN_BYTE_ARRAY(9) DECIMAL', 'DECIMAL(20,0)']],
  ['year(4)', ['`c`', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['date', ['`c`', 'date', 'INT32 DATE', 'DATE']],
  ['datetime(6)', ['`c`', 'timestamp', 'INT64 TIMESTAMP_MICROS', 'TIMESTAMP']],
  ['timestamp', ['`c`', 'timestamp', 'INT64 TIMESTAMP_MICROS', 'TIMESTAMP']],
  ['time(6)', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(18)', 18]],
  ['varchar(255)', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(1020)', 1020]],
  ['varchar(20000)', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65535]],
  ['char(0)', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(1)', 1]],
  ['tinytext', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(255)', 255]],
  ['text', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65535]],
  ['longtext', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65535]],
  ["enum('small','x''l')", ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(64)', 64]],
  ['json', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65535]],
  ['binary(16)', ['HEX(`c`)', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(32)', 32]],
  ['varbinary(32767)', ['HEX(`c`)', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(65534)', 65534]],
  ['varbinary(40000)', ['HEX(`c`)', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65534]],
  ['tinyblob', ['HEX(`c`)', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(510)', 510]],
  ['longblob', ['HEX(`c`)', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65534]],
  ['vector(3)', ['HEX(`c`)', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(24)', 24]],
  ['uuid', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(36)', 36]],
  ['inet4', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(15)', 15]],
  ['inet6', ['`c`', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(45)', 45]],
  ['point', ['refused']],
  ['hyperloglog', ['refused']],
])('%s', (columnType, expected) => {
  expect(planned(columnType)).toEqual(expected);
});

test.each<[string, Partial<TypePolicies>, readonly unknown[]]>([
  ['tinyint(1)', { tinyint1: 'boolean' }, ['`c`', 'boolean', 'BOOLEAN', 'BOOLEAN']],
  ['tinyint(4)', { tinyint1: 'boolean' }, ['`c`', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['bit(1)', { bit1: 'smallint' }, ['`c` + 0', 'int32', 'INT32 INT16', 'SMALLINT']],
  ['time(3)', { time: 'bigint_micros' }, ['`c`', 'time_micros', 'INT64 INT64', 'BIGINT']],
  ['decimal(65,30)', { decimalOver38: 'narrow' }, ['`c`', 'decimal', 'FIXED_LEN_BYTE_ARRAY(16) DECIMAL', 'DECIMAL(38,30)']],
  ['decimal(38,38)', { decimalOver38: 'narrow' }, ['refused']],
  ['polygon', { geometry: 'hex_wkb' }, ['HEX(SUBSTRING(`c`, 5))', 'bytes', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65534]],
  ['geomcollection', { geometry: 'wkt' }, ['ST_AsText(`c`)', 'utf8', 'BYTE_ARRAY STRING', 'VARCHAR(65535)', 65535]],
])('%s with %o', (columnType, policies, expected) => {
  expect(planned(columnType, policies)).toEqual(expected);
});

test.each([
  ['utf8mb4', 40], ['utf8mb3', 30], ['latin1', 30], ['ascii', 10], ['ucs2', 30], ['gbk', 30], ['gb18030', 40], ['newset', 40], [null, 40],
])('ten characters of %s take up to %i bytes', (characterSet, bytes) => {
  expect(planned('varchar(10)', {}, { characterSet }).at(-1)).toBe(bytes);
});

test('one-byte text may triple on its way to UTF-8', () => {
  expect(planned('tinytext', {}, { characterSet: 'latin1' }).at(-1)).toBe(765);
});

test('only the policies that a type can call upon are frozen with it', () => {
  const policiesOf = (columnType: string): unknown => stageColumn(sourceColumn(columnType), 'c', { ...DEFAULT_TYPE_POLICIES, zeroDate: 'to_null', oversizeBinary: 'truncate' })?.staged.policies;
  expect(policiesOf('int')).toEqual({});
  expect(policiesOf('datetime')).toEqual({ zeroDate: 'to_null' });
  expect(policiesOf('text')).toEqual({ oversize: 'fail', invalidUtf8: 'fail', nulByte: 'fail' });
  expect(policiesOf('blob')).toEqual({ oversize: 'truncate' });
});

test('back-ticks and dollar patterns in a name stay part of the name', () => {
  expect(stageColumn(sourceColumn('float', { name: 'a`b$&{c}' }), 'x', DEFAULT_TYPE_POLICIES)?.staged.select).toBe('`a``b$&{c}` * 1E0');
});

test('I6: every decimal is written in the fixed length that its precision needs, and 19 digits never appear', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 65 }), fc.integer({ min: 0, max: 38 }), (precision, scale) => {
    fc.pre(scale <= precision);
    const staged = stageColumn(sourceColumn(`decimal(${precision},${scale})`), 'c', DEFAULT_TYPE_POLICIES)!.staged;
    if (staged.parquet.physical !== 'FIXED_LEN_BYTE_ARRAY') {
      expect(precision > 38 || scale > 37).toBe(true);
      return;
    }
    expect(staged.parquet.precision).not.toBe(19);
    expect(staged.redshift).toEqual({ name: 'DECIMAL', precision: staged.parquet.precision, scale });
    expect(staged.parquet.typeLength).toBe(decimalBytes(staged.parquet.precision));
    expect(10n ** BigInt(precision) - 1n).toBeLessThan(2n ** BigInt(8 * staged.parquet.typeLength - 1));
  }));
});

test('lengths of decimals', () => {
  const lengths = Array.from({ length: 38 }, (_value, index) => decimalBytes(index + 1));
  expect(lengths).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9, 9, 9, 10, 10, 11, 11, 11, 12, 12, 13, 13, 13, 14, 14, 15, 15, 16, 16, 16]);
  expect(() => decimalBytes(39)).toThrow(RangeError);
});

test('every VARCHAR is between 1 and 65535 bytes and as long as its longest value', () => {
  const types = fc.oneof(
    fc.tuple(fc.constantFrom('char', 'varchar', 'binary', 'varbinary'), fc.integer({ min: 0, max: 65_535 })).map(([name, n]) => `${name}(${n})`),
    fc.array(fc.string({ maxLength: 255 }), { minLength: 1, maxLength: 40 }).map((labels) => `set(${labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(',')})`),
  );
  fc.assert(fc.property(types, fc.constantFrom('utf8mb4', 'latin1', 'ascii', null), (columnType, characterSet) => {
    const staged = stageColumn(sourceColumn(columnType, { characterSet }), 'c', DEFAULT_TYPE_POLICIES)!.staged;
    expect(staged.redshift.name).toBe('VARCHAR');
    const bytes = staged.redshift.name === 'VARCHAR' ? staged.redshift.bytes : 0;
    expect(bytes).toBeGreaterThanOrEqual(1);
    expect(bytes).toBeLessThanOrEqual(65_535);
    expect(staged.maxBytes).toBeLessThanOrEqual(bytes);
    expect(bytes - staged.maxBytes!).toBeLessThanOrEqual(1);
  }));
});

test('every row of the map is reached by some column', () => {
  const columns = [
    'tinyint(1)', 'tinyint', 'smallint', 'smallint unsigned', 'mediumint', 'int', 'int unsigned', 'bigint', 'bigint unsigned', 'decimal(19,0)', 'decimal(5,0)', 'decimal(50,0)',
    'float', 'double', 'double(5,2)', 'bit(1)', 'bit(2)', 'bit(20)', 'bit(40)', 'bit(64)', 'year', 'date', 'datetime', 'timestamp', 'time', 'char(1)', 'tinytext', 'text', 'mediumtext',
    "enum('a')", "set('a')", 'json', 'xmltype', 'binary(1)', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'vector(1)', 'geometry', 'uuid', 'inet4', 'inet6',
  ].map((type) => sourceColumn(type));
  const choices: Partial<TypePolicies>[] = [{}, { json: 'super', binary: 'varbyte' }, { tinyint1: 'boolean', time: 'bigint_micros', decimalOver38: 'narrow', geometry: 'hex_wkb' }, { geometry: 'wkt' }];
  const reached = new Set(columns.flatMap((column) => choices.map((policies) => findTypeRule(column, { ...DEFAULT_TYPE_POLICIES, ...policies }))));
  expect(TYPE_MAP.filter((rule) => !reached.has(rule)).map((rule) => rule.label)).toEqual([]);
});
