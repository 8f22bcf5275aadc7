import type { SourceColumn, SourceTable } from '@tidemark/domain';
import type { FieldPacket } from 'mysql2';
import { translateError } from '../driver/translate-error.ts';
import { UNSIGNED_FLAG, WIRE, wireTypeName } from '../driver/wire-types.ts';
import { ExtractorError } from '../errors.ts';
import type { MysqlConnection } from '../ports.ts';
import { readServerIdentity } from './server-identity.ts';

/** Bits of a column's flags. https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__column__definition__flags.html */
const NOT_NULL_FLAG = 1;
/** The character set of bytes. */
const BINARY_SET = 63;
/** Most bytes of a character in utf8mb4, in which results arrive. */
const BYTES_PER_CHARACTER = 4;

const NAMED: Readonly<Record<number, string>> = {
  [WIRE.TINY]: 'tinyint', [WIRE.SHORT]: 'smallint', [WIRE.INT24]: 'mediumint', [WIRE.LONG]: 'int', [WIRE.LONGLONG]: 'bigint', [WIRE.FLOAT]: 'float', [WIRE.DOUBLE]: 'double',
  [WIRE.DATE]: 'date', [WIRE.NEWDATE]: 'date', [WIRE.DATETIME]: 'datetime', [WIRE.TIMESTAMP]: 'timestamp', [WIRE.TIME]: 'time', [WIRE.YEAR]: 'year', [WIRE.JSON]: 'json', [WIRE.GEOMETRY]: 'geometry',
};
const TIMES: readonly string[] = ['datetime', 'timestamp', 'time'];
const STRINGS: readonly number[] = [WIRE.VARCHAR, WIRE.VAR_STRING, WIRE.STRING, WIRE.ENUM, WIRE.SET];
const LONG_STRINGS: readonly number[] = [WIRE.TINY_BLOB, WIRE.BLOB, WIRE.MEDIUM_BLOB, WIRE.LONG_BLOB];

/**
 * The columns of a query's result, as the server describes them before the first row.
 * @throws ExtractorError `SOURCE_QUERY_RESULT` for columns that share a name or whose type is not known; an error of the server for a query that it refuses
 */
export async function describeQuery(connection: MysqlConnection, schema: string, table: string, sql: string, timeoutMs: number): Promise<SourceTable> {
  const identity = await readServerIdentity(connection, timeoutMs);
  const fields = await fieldsOf(connection, `SELECT * FROM (${sql}) AS result LIMIT 0`, timeoutMs);
  const columns = fields.map((field, index) => columnOf(field, index + 1, `${schema}.${table}`));
  const names = columns.map(({ name }) => name.toLowerCase());
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new ExtractorError('SOURCE_QUERY_RESULT', { message: `The query of ${schema}.${table} gives several columns of the name ${repeated}.`, details: { column: repeated } });
  return { schema, table, columns, primaryKey: [], indexes: [], estimatedRows: 0, serverId: identity.serverId, serverVersion: identity.serverVersion };
}

function fieldsOf(connection: MysqlConnection, sql: string, timeoutMs: number): Promise<readonly FieldPacket[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ExtractorError('SOURCE_TIMEOUT', { message: `The server gave no answer for ${timeoutMs} ms while describing a query.`, details: { timeoutMs } })), timeoutMs);
    connection.query(sql, (error, _rows, fields) => {
      clearTimeout(timer);
      if (error === null) resolve(fields);
      else reject(translateError(error, 'describing a query'));
    });
  });
}

function columnOf(field: FieldPacket, ordinal: number, place: string): SourceColumn {
  const { columnType = -1, columnLength = 0, decimals = 0, flags, characterSet } = field as FieldPacket & { readonly columnType?: number; readonly characterSet?: number };
  const bits = Number(flags);
  const isUnsigned = (bits & UNSIGNED_FLAG) !== 0;
  const base = {
    name: field.name, ordinal, isNullable: (bits & NOT_NULL_FLAG) === 0, isUnsigned, maxCharacters: null, numericPrecision: null, numericScale: null, datetimePrecision: null,
    characterSet: null, collation: null, defaultExpression: null, extra: '',
  };
  const unsigned = isUnsigned ? ' unsigned' : '';
  const named = NAMED[columnType];
  if (named !== undefined && TIMES.includes(named)) return { ...base, dataType: named, columnType: decimals > 0 ? `${named}(${decimals})` : named, datetimePrecision: decimals };
  if (named !== undefined) return { ...base, dataType: named, columnType: `${named}${unsigned}` };
  if (columnType === WIRE.NEWDECIMAL || columnType === WIRE.DECIMAL) {
    // The display length of a DECIMAL counts a point and a sign.
    const precision = columnLength - (decimals > 0 ? 1 : 0) - (isUnsigned ? 0 : 1);
    return { ...base, dataType: 'decimal', columnType: `decimal(${precision},${decimals})${unsigned}`, numericPrecision: precision, numericScale: decimals };
  }
  if (columnType === WIRE.BIT) return { ...base, dataType: 'bit', columnType: `bit(${columnLength})`, numericPrecision: columnLength };
  const isBinary = characterSet === BINARY_SET;
  if (STRINGS.includes(columnType)) {
    const length = isBinary ? columnLength : Math.floor(columnLength / BYTES_PER_CHARACTER);
    const dataType = isBinary ? 'varbinary' : 'varchar';
    return { ...base, dataType, columnType: `${dataType}(${length})`, maxCharacters: length, ...(isBinary ? {} : { characterSet: 'utf8mb4' }) };
  }
  if (LONG_STRINGS.includes(columnType)) {
    const dataType = isBinary ? 'longblob' : 'longtext';
    return { ...base, dataType, columnType: dataType, maxCharacters: columnLength, ...(isBinary ? {} : { characterSet: 'utf8mb4' }) };
  }
  throw new ExtractorError('SOURCE_QUERY_RESULT', { message: `The query of ${place} gives the column ${field.name} as ${wireTypeName(columnType)}, which is not known.`, details: { column: field.name, type: wireTypeName(columnType) } });
}
