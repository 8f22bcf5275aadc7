import type { RawBuilder } from 'kysely';
import type { Bound, SourceColumn, StagedColumn } from '@tidemark/domain';
import { cursorTextOf } from './cursor-input.ts';
import { CdcError } from './errors.ts';
import { keysetReading } from './keyset-reading.ts';
import { compileRange, wholeRange, type ColumnEnd } from './range-query.ts';
import type { RowOrigin } from './row-origin.ts';
import type { BackfillRange, Reading } from './strategy.ts';

/**
 * Rows from an id through another, in the order of a key whose first column is the id.
 * @param timestamp the column of a bound that the range has; null where there is none
 * @param where further conditions
 */
export function backfillById(origin: RowOrigin, columns: readonly StagedColumn[], key: readonly SourceColumn[], { from, to, below }: BackfillRange, timestamp: SourceColumn | null, where: readonly RawBuilder<boolean>[]): Reading {
  const first = key[0];
  if (first === undefined) throw noBackfill(origin, 'no key that it could be read by');
  const endOf = (text: string | null): ColumnEnd | null => (text === null ? null : { column: first, value: cursorTextOf(first, text) });
  const reading = { ...wholeRange(origin, columns), order: key, from: endOf(from), upTo: endOf(to), below: boundOf(timestamp, below), where };
  return keysetReading({ table: origin.name, kind: 'pk', columns: key.map((column) => column.name) }, null, (after, limit) => compileRange({ ...reading, after, limit }));
}

function boundOf(timestamp: SourceColumn | null, below: Bound | undefined): ColumnEnd | null {
  return timestamp === null || below === undefined ? null : { column: timestamp, value: below.value };
}

export function noBackfill(origin: RowOrigin, reason: string): CdcError {
  return new CdcError('CDC_BACKFILL', { message: `${origin.name} has ${reason}.`, details: { table: origin.name } });
}
