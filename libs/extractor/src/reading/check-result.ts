import type { DecodeKind, ExtractionQuery, StagedColumn } from '@tidemark/domain';
import type { DriverField } from '../driver/driver-parts.ts';
import { INTEGER_TYPES, STRING_TYPES, UNSIGNED_FLAG, WIRE, wireTypeName } from '../driver/wire-types.ts';
import { ExtractorError } from '../errors.ts';
import { cellCountOf } from './row-decoder.ts';

/** Types whose text each decoder reads exactly. FLOAT is in none: as text the server rounds it to six digits. */
const READABLE: Readonly<Record<DecodeKind, readonly number[]>> = {
  int32: [...INTEGER_TYPES, WIRE.YEAR],
  int64: INTEGER_TYPES,
  decimal: [WIRE.NEWDECIMAL, WIRE.DECIMAL, WIRE.LONGLONG],
  float32: [WIRE.DOUBLE],
  float64: [WIRE.DOUBLE],
  boolean: INTEGER_TYPES,
  date: [WIRE.DATE, WIRE.NEWDATE],
  timestamp: [WIRE.DATETIME, WIRE.TIMESTAMP],
  time_micros: [WIRE.TIME],
  utf8: [...STRING_TYPES, WIRE.JSON, WIRE.TIME, WIRE.NEWDECIMAL, WIRE.DECIMAL],
  bytes: [...STRING_TYPES, WIRE.BIT, WIRE.GEOMETRY, WIRE.VECTOR],
};

/** Types as which a plain column of each type arrives. A type that is not here is only held to its decoder. */
const ARRIVES_AS: Readonly<Record<string, readonly number[]>> = {
  tinyint: [WIRE.TINY], smallint: [WIRE.SHORT], mediumint: [WIRE.INT24], int: [WIRE.LONG], bigint: [WIRE.LONGLONG], year: [WIRE.YEAR],
  decimal: [WIRE.NEWDECIMAL, WIRE.DECIMAL], double: [WIRE.DOUBLE], date: [WIRE.DATE, WIRE.NEWDATE], datetime: [WIRE.DATETIME], timestamp: [WIRE.TIMESTAMP], time: [WIRE.TIME],
  char: STRING_TYPES, varchar: STRING_TYPES, tinytext: STRING_TYPES, text: STRING_TYPES, mediumtext: STRING_TYPES, longtext: STRING_TYPES, enum: STRING_TYPES, set: STRING_TYPES,
  binary: STRING_TYPES, varbinary: STRING_TYPES, tinyblob: STRING_TYPES, blob: STRING_TYPES, mediumblob: STRING_TYPES, longblob: STRING_TYPES, json: [WIRE.JSON, ...STRING_TYPES],
};

const SIGNED_BY_FLAG = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal'];

/**
 * Holds a result's columns against the planned ones, before the first row.
 * @throws ExtractorError `SOURCE_SCHEMA_CHANGED` with every difference
 */
export function checkResult(query: ExtractionQuery, fields: readonly DriverField[]): void {
  const expected = cellCountOf(query);
  if (fields.length !== expected) throw changed(fields, [`${fields.length} columns instead of ${expected}`]);
  const differences = query.columns.flatMap((column, index) => {
    const difference = differenceOf(column, fields[index]!);
    return difference === null ? [] : [`column ${column.source} ${difference}`];
  });
  if (differences.length > 0) throw changed(fields, differences);
}

/** `schema.table` as the result names it: that of its first column that comes from a table. */
export function tableOf(fields: readonly DriverField[]): string {
  const field = fields.find(({ orgTable }) => orgTable !== '');
  return field === undefined ? 'the result' : `${field.schema}.${field.orgTable}`;
}

function differenceOf(column: StagedColumn, field: DriverField): string | null {
  const { columnType: type } = field;
  // The column is not read: what arrives is a NULL of no type, and a value could not be decoded.
  if (column.disguise?.kind === 'mask' && column.disguise.rule.keep === 'null') return field.orgName === '' ? null : `arrives as column ${field.orgName}, although nothing of it is to be read`;
  if (!READABLE[column.disguise?.reads ?? column.decode].includes(type)) return `arrives as ${wireTypeName(type)}, which is not read as ${column.disguise?.reads ?? column.decode}`;
  const charset = charsetDifference(column, field);
  if (charset !== null) return charset;
  if (field.orgName === '') return expressionDifference(column, field);
  return plainDifference(column, field);
}

/**
 * Text must have been converted to utf8mb4. JSON and values that the server writes in ASCII say that they are binary.
 * An expression may give its text as bytes: it has been asked for, and the decoder takes nothing but UTF-8.
 */
function charsetDifference(column: StagedColumn, field: DriverField): string | null {
  if (column.decode !== 'utf8' || !STRING_TYPES.includes(field.columnType)) return null;
  if (field.encoding === 'binary' && field.orgName === '') return null;
  return field.encoding === 'utf8' || field.encoding === undefined ? null : `arrives in character set ${field.characterSet} (${field.encoding}) instead of utf8mb4`;
}

function expressionDifference({ decode, parquet }: StagedColumn, field: DriverField): string | null {
  if (decode === 'decimal' && parquet.physical === 'FIXED_LEN_BYTE_ARRAY') return scaleDifference(parquet.scale, field);
  return null;
}

function plainDifference(column: StagedColumn, field: DriverField): string | null {
  const names = [field.name, field.orgName].map((name) => name.toLowerCase());
  if (!names.includes(column.source.toLowerCase())) return `arrives as column ${field.orgName}`;
  const typeName = /^[a-z0-9]+/i.exec(column.sourceType)?.[0].toLowerCase() ?? '';
  const wire = Object.hasOwn(ARRIVES_AS, typeName) ? ARRIVES_AS[typeName] : undefined;
  if (wire !== undefined && !wire.includes(field.columnType)) return `was ${column.sourceType} and arrives as ${wireTypeName(field.columnType)}`;
  const isUnsigned = (field.flags & UNSIGNED_FLAG) !== 0;
  const wasUnsigned = /unsigned|zerofill/i.test(column.sourceType);
  if (SIGNED_BY_FLAG.includes(typeName) && isUnsigned !== wasUnsigned) return `was ${column.sourceType} and arrives ${isUnsigned ? 'unsigned' : 'signed'}`;
  if (column.parquet.physical !== 'FIXED_LEN_BYTE_ARRAY') return null;
  const scale = scaleDifference(column.parquet.scale, field);
  if (scale !== null || field.columnType === WIRE.LONGLONG) return scale;
  // The display length of a DECIMAL counts a point and a sign.
  const precision = field.columnLength - (field.decimals > 0 ? 1 : 0) - (isUnsigned ? 0 : 1);
  const declared = Number(/\((\d+)/.exec(column.sourceType)?.[1] ?? precision);
  return precision === declared ? null : `was ${column.sourceType} and arrives with ${precision} digits`;
}

function scaleDifference(scale: number, field: DriverField): string | null {
  return field.columnType === WIRE.LONGLONG || field.decimals === scale ? null : `arrives with ${field.decimals} digits behind the point instead of ${scale}`;
}

function changed(fields: readonly DriverField[], differences: readonly string[]): ExtractorError {
  const table = tableOf(fields);
  return new ExtractorError('SOURCE_SCHEMA_CHANGED', { message: `${table} is not as it was planned: ${differences.join('; ')}.`, details: { table, differences } });
}
