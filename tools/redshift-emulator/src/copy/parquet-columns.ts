import type { SchemaElement } from 'hyparquet';
import type { TargetColumn } from './target-table.ts';

/** Bytes an unscaled number of so many digits needs, as Impala's reader expects them. */
function minimalDecimalBytes(precision: number): number {
  let bytes = 1;
  while (2n ** BigInt(bytes * 8 - 1) - 1n < 10n ** BigInt(precision) - 1n) bytes += 1;
  return bytes;
}

/** Why a file's column does not fit; `code` is the reader's. */
export interface Misfit {
  readonly kind: 'type' | 'length' | 'decimal' | 'nested' | 'super';
  readonly text: string;
}

const SCHEMA_TYPES: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean', INT32: 'int32', INT64: 'int64', INT96: 'int96', FLOAT: 'float', DOUBLE: 'double', BYTE_ARRAY: 'byte_array', FIXED_LEN_BYTE_ARRAY: 'fixed_len_byte_array',
};

const isNested = (element: SchemaElement): boolean => (element.num_children ?? 0) > 0 || element.repetition_type === 'REPEATED';

/** The schema line that the reader puts into its message. */
function schemaText(element: SchemaElement, index: number): string {
  const repetition = (element.repetition_type ?? 'optional').toLowerCase();
  return `${repetition} ${isNested(element) ? 'group' : SCHEMA_TYPES[element.type!] ?? 'unknown'} ${element.name} [i:${index} d:${repetition === 'required' ? 0 : 1} r:0]`;
}

interface Annotation {
  readonly name: 'none' | 'string' | 'integer' | 'decimal' | 'date' | 'timestamp' | 'other';
  readonly bits?: number;
  readonly signed?: boolean;
  readonly unit?: string;
  readonly utc?: boolean;
}

const STRING_CONVERTED: ReadonlySet<string> = new Set(['UTF8', 'ENUM', 'JSON', 'BSON']);

/** The meaning a file gives a column: the logical type where it has one, else the older converted type. */
function annotationOf(element: SchemaElement): Annotation {
  const { logical_type: logical, converted_type: converted } = element;
  if (logical !== undefined) {
    switch (logical.type) {
      case 'STRING': case 'ENUM': case 'JSON': case 'BSON': return { name: 'string' };
      case 'INTEGER': return { name: 'integer', bits: logical.bitWidth, signed: logical.isSigned };
      case 'DECIMAL': return { name: 'decimal' };
      case 'DATE': return { name: 'date' };
      case 'TIMESTAMP': return { name: 'timestamp', unit: logical.unit, utc: logical.isAdjustedToUTC };
      default: return { name: 'other' };
    }
  }
  if (converted === undefined) return { name: 'none' };
  if (STRING_CONVERTED.has(converted)) return { name: 'string' };
  const integer = /^(U?)INT_(\d+)$/.exec(converted);
  if (integer !== null) return { name: 'integer', bits: Number(integer[2]), signed: integer[1] === '' };
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return { name: 'timestamp', unit: converted.slice(10), utc: true };
  if (converted === 'DECIMAL') return { name: 'decimal' };
  return { name: converted === 'DATE' ? 'date' : 'other' };
}

function integerFits(element: SchemaElement, annotation: Annotation, family: 'smallint' | 'integer' | 'bigint'): boolean {
  if (element.type !== (family === 'bigint' ? 'INT64' : 'INT32')) return false;
  if (annotation.name === 'none') return family !== 'smallint';
  if (annotation.name !== 'integer') return false;
  const { bits = 0, signed = true } = annotation;
  if (family === 'smallint') return signed ? bits === 8 || bits === 16 : bits === 8;
  if (family === 'integer') return signed ? bits === 32 : bits === 16;
  return bits === 64;
}

function timestampFits(element: SchemaElement, annotation: Annotation, zoned: boolean): boolean {
  if (element.type === 'INT96') return !zoned && annotation.name === 'none';
  if (element.type !== 'INT64' || annotation.name !== 'timestamp') return false;
  if (zoned) return annotation.utc === true && (annotation.unit === 'MILLIS' || annotation.unit === 'MICROS');
  return annotation.utc === true ? annotation.unit === 'MILLIS' : annotation.unit === 'MILLIS' || annotation.unit === 'MICROS';
}

/** Old and new annotation disagree, or the old one is missing, of which nobody has seen a load. */
function contradictsItself({ converted_type: converted, logical_type: logical, precision, scale }: SchemaElement): boolean {
  if (converted !== 'DECIMAL') return true;
  return logical !== undefined && (logical.type !== 'DECIMAL' || logical.precision !== precision || logical.scale !== (scale ?? 0));
}

function decimalMisfit(element: SchemaElement, annotation: Annotation, column: TargetColumn): 'type' | Misfit | undefined {
  if (annotation.name !== 'decimal' || contradictsItself(element)) return 'type';
  const precision = element.precision ?? 0;
  const scale = element.scale ?? 0;
  if (element.type === 'FIXED_LEN_BYTE_ARRAY') {
    const expected = minimalDecimalBytes(column.length!);
    if (element.type_length !== expected) return { kind: 'length', text: `column '${element.name}' has an invalid type length. Expecting: ${expected} len in file: ${element.type_length}` };
  } else if (element.type !== 'INT64' || precision > 18) return 'type';
  if (scale !== column.scale) {
    return { kind: 'decimal', text: `has a scale that does not match the table metadata scale. File metadata scale: ${scale} Table metadata scale: ${column.scale}` };
  }
  if (precision !== column.length) {
    return { kind: 'decimal', text: `has a precision that does not match the table metadata precision. File metadata precision: ${precision} Table metadata precision: ${column.length}` };
  }
  return undefined;
}

function scalarFits(element: SchemaElement, annotation: Annotation, column: TargetColumn): boolean {
  switch (column.family) {
    case 'boolean': return element.type === 'BOOLEAN';
    case 'smallint': case 'integer': case 'bigint': return integerFits(element, annotation, column.family);
    case 'real': return element.type === 'FLOAT' && annotation.name === 'none';
    case 'double': return element.type === 'DOUBLE' && annotation.name === 'none';
    case 'varchar': case 'char': return element.type === 'BYTE_ARRAY' && (annotation.name === 'string' || annotation.name === 'none');
    case 'varbyte': return element.type === 'BYTE_ARRAY' && annotation.name === 'none';
    case 'date': return element.type === 'INT32' && annotation.name === 'date' && element.converted_type === 'DATE';
    case 'timestamp': case 'timestamptz': return timestampFits(element, annotation, column.family === 'timestamptz');
    case 'super': return true;
    default: return false;
  }
}

const TYPE_TEXT: Readonly<Record<string, string>> = { double: 'DOUBLE PRECISION', decimal: 'DECIMAL', varchar: 'VARCHAR' };

/** Says how a file's column misfits its target; undefined when it loads. `index` is its place, from 0. */
export function misfitOf(element: SchemaElement, index: number, column: TargetColumn, serializeToJson: boolean): Misfit | undefined {
  if (column.family === 'super' && !serializeToJson) return { kind: 'super', text: 'SUPER column in COPY query requires SERIALIZETOJSON option' };
  if (isNested(element)) return column.family === 'super' ? undefined : { kind: 'nested', text: 'Unreachable - Invalid type: 4000' };
  const annotation = annotationOf(element);
  const misfit = column.family === 'decimal' ? decimalMisfit(element, annotation, column) : scalarFits(element, annotation, column) ? undefined : 'type';
  if (misfit !== 'type') return misfit;
  return { kind: 'type', text: `Column type: ${TYPE_TEXT[column.family] ?? column.family.toUpperCase()}, Parquet schema:\n${schemaText(element, index)}` };
}
