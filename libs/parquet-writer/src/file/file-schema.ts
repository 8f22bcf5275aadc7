import { ParquetError } from '../errors.ts';
import { minimalDecimalLength, MAX_DECIMAL_PRECISION } from '../values/decimal-length.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { ParquetSchema } from './parquet-library.ts';

type FieldDefinition = ConstructorParameters<typeof ParquetSchema>[0][string];

/**
 * The library's schema of the columns.
 *
 * @throws ParquetError `PARQUET_REQUEST_INVALID` for no columns, a name twice, or a decimal that Redshift would refuse
 */
export function fileSchema(columns: readonly ParquetColumn[]): ParquetSchema {
  if (columns.length === 0) throw invalid('A Parquet file needs at least one column.');
  const fields = new Map<string, FieldDefinition>();
  for (const column of columns) {
    if (column.name === '') throw invalid('A column of a Parquet file needs a name.');
    if (fields.has(column.name)) throw invalid(`Two columns of a Parquet file are named ${column.name}.`, column.name);
    fields.set(column.name, fieldDefinition(column));
  }
  try {
    return new ParquetSchema(Object.fromEntries(fields));
  } catch (cause) {
    throw invalid('The Parquet library refuses the columns.', undefined, cause);
  }
}

function fieldDefinition({ name, parquet: type }: ParquetColumn): FieldDefinition {
  if (type.physical !== 'FIXED_LEN_BYTE_ARRAY') return { type: type.physical, optional: true };
  const { precision, scale, typeLength } = type;
  if (!Number.isInteger(precision) || precision < 1 || precision > MAX_DECIMAL_PRECISION || !Number.isInteger(scale) || scale < 0 || scale > precision) {
    throw invalid(`Column ${name} is DECIMAL(${precision},${scale}); a decimal has 1 to ${MAX_DECIMAL_PRECISION} digits, and no more after the point than it has.`, name);
  }
  const length = minimalDecimalLength(precision);
  if (typeLength !== length) throw invalid(`Column ${name} is DECIMAL(${precision},${scale}) in ${typeLength} bytes; Redshift reads it in ${length} only.`, name);
  return { type: 'DECIMAL', optional: true, precision, scale, typeLength };
}

function invalid(message: string, column?: string, cause?: unknown): ParquetError {
  return new ParquetError('PARQUET_REQUEST_INVALID', { message, ...(column === undefined ? {} : { details: { column } }), ...(cause === undefined ? {} : { cause }) });
}
