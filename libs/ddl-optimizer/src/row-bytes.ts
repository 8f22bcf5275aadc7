import type { RedshiftType, StagedColumn } from '@tidemark/domain';

/** How much of a long value's width is taken to be used, in bytes. */
const TYPICAL_TEXT_BYTES = 64;

function valueBytes(type: RedshiftType): number {
  switch (type.name) {
    case 'BOOLEAN': return 1;
    case 'SMALLINT': return 2;
    case 'INTEGER': case 'REAL': case 'DATE': return 4;
    case 'BIGINT': case 'DOUBLE PRECISION': case 'TIMESTAMP': return 8;
    case 'DECIMAL': return type.precision <= 19 ? 8 : 16;
    case 'VARCHAR': case 'VARBYTE': return Math.min(TYPICAL_TEXT_BYTES, Math.ceil(type.bytes / 2)) + 4;
    case 'SUPER': return TYPICAL_TEXT_BYTES * 4;
  }
}

/** A guess at a row's size in bytes, for choosing how many rows to read at once; text counts half its width and no more than 64 bytes. */
export function estimateRowBytes(columns: readonly StagedColumn[]): number {
  return columns.reduce((sum, column) => sum + valueBytes(column.redshift), 0);
}

/** Sum of the declared VARCHAR and VARBYTE widths, in bytes: what a query on whole rows has to reserve. */
export function declaredTextBytes(columns: readonly StagedColumn[]): number {
  return columns.reduce((sum, { redshift }) => sum + (redshift.name === 'VARCHAR' || redshift.name === 'VARBYTE' ? redshift.bytes : 0), 0);
}
