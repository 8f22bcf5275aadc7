import type { CursorColumn, DecodeKind, ExtractionQuery, ParquetType, RedshiftType, StagedColumn } from '@tidemark/domain';

const FORMS: Readonly<Record<Exclude<DecodeKind, 'decimal'>, { readonly sourceType: string; readonly parquet: ParquetType; readonly redshift: RedshiftType }>> = {
  int32: { sourceType: 'int(11)', parquet: { physical: 'INT32', logical: 'INT32' }, redshift: { name: 'INTEGER' } },
  int64: { sourceType: 'bigint(20)', parquet: { physical: 'INT64', logical: 'INT64' }, redshift: { name: 'BIGINT' } },
  float32: { sourceType: 'float', parquet: { physical: 'FLOAT' }, redshift: { name: 'REAL' } },
  float64: { sourceType: 'double', parquet: { physical: 'DOUBLE' }, redshift: { name: 'DOUBLE PRECISION' } },
  boolean: { sourceType: 'tinyint(1)', parquet: { physical: 'BOOLEAN' }, redshift: { name: 'BOOLEAN' } },
  date: { sourceType: 'date', parquet: { physical: 'INT32', logical: 'DATE' }, redshift: { name: 'DATE' } },
  timestamp: { sourceType: 'datetime(6)', parquet: { physical: 'INT64', logical: 'TIMESTAMP_MICROS' }, redshift: { name: 'TIMESTAMP' } },
  time_micros: { sourceType: 'time(6)', parquet: { physical: 'INT64', logical: 'INT64' }, redshift: { name: 'BIGINT' } },
  utf8: { sourceType: 'text', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift: { name: 'VARCHAR', bytes: 65_535 } },
  bytes: { sourceType: 'blob', parquet: { physical: 'BYTE_ARRAY', logical: 'NONE' }, redshift: { name: 'VARBYTE', bytes: 65_535 } },
};

/** A staged column of a kind. */
export function staged(decode: Exclude<DecodeKind, 'decimal'>, fields: Partial<StagedColumn> = {}): StagedColumn {
  return { source: 'c', name: 'c', select: '`c`', decode, policies: {}, ...FORMS[decode], ...fields };
}

/** A decimal column in a length that holds its precision. */
export function decimalColumn(precision: number, scale: number, fields: Partial<StagedColumn> = {}): StagedColumn {
  let typeLength = 1;
  while (2n ** BigInt(8 * typeLength - 1) < 10n ** BigInt(precision)) typeLength++;
  return {
    source: 'c', name: 'c', select: '`c`', decode: 'decimal', policies: {}, sourceType: `decimal(${precision},${scale})`,
    parquet: { physical: 'FIXED_LEN_BYTE_ARRAY', logical: 'DECIMAL', typeLength, precision, scale }, redshift: { name: 'DECIMAL', precision, scale }, ...fields,
  };
}

/** A query over these columns; without SQL unless it is given. */
export function queryOver(columns: readonly StagedColumn[], fields: Partial<ExtractionQuery> = {}): ExtractionQuery {
  return { sql: '', columns, cursor: [], after: null, below: null, maxRows: null, ...fields };
}

export function cursorColumn(name: string, index: number, order: CursorColumn['order']): CursorColumn {
  return { name, index, order };
}
