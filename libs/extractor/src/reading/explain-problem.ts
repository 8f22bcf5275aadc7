import type { ExtractionQuery } from '@tidemark/domain';
import { ValueProblem } from '../columns/value-problem.ts';
import { ExtractorError } from '../errors.ts';
import { brokenPacket, longLength, longLengthBytes, NULL_CELL } from './row-packet.ts';

/** Longest cursor text that a message shows. */
const MAX_KEY_CHARACTERS = 200;

/** Where a row stood that could not be taken. */
export interface RowPlace {
  /** `schema.table` as the result names it. */
  readonly table: string;
  /** From 1, in this reading. */
  readonly rowNumber: number;
  readonly wire: Buffer;
  readonly start: number;
  readonly end: number;
  /** Rows were set aside before this one, and no more may be. */
  readonly isAsideFull: boolean;
}

/** Makes the error for people: table, column, the row's cursor, and the value's shape, never its content. */
export function explainProblem(problem: ValueProblem, query: ExtractionQuery, place: RowPlace): ExtractorError {
  const { code, column, what } = problem;
  const key = rowKey(query, place);
  const names = Object.keys(key);
  const row = names.length === 0 ? `row ${place.rowNumber} of the reading` : `the row ${names.map((name) => `${name} = ${key[name] === null ? 'NULL' : `'${key[name]}'`}`).join(', ')}`;
  return new ExtractorError(code, {
    message: `${column === null ? place.table : `${place.table}.${column}`} in ${row}: ${what}.${place.isAsideFull && code.startsWith('DATA_') ? ' As many rows as quarantine.max_rows allows have been set aside.' : ''}`,
    details: { table: place.table, column, key, rowNumber: place.rowNumber, found: what },
    cause: problem,
  });
}

/** Cursor texts of the packet, as far as it can be read. */
function rowKey(query: ExtractionQuery, { wire, start, end }: RowPlace): Record<string, string | null> {
  const cells: (string | null)[] = [];
  const last = query.cursor.reduce((most, { index }) => Math.max(most, index), -1);
  try {
    for (let at = start; cells.length <= last; ) {
      if (at >= end) throw brokenPacket('cut');
      let length = wire[at++]!;
      if (length === NULL_CELL) {
        cells.push(null);
        continue;
      }
      if (length > NULL_CELL) {
        const count = longLengthBytes(length);
        if (at + count > end) throw brokenPacket('cut');
        length = longLength(wire, at, count);
        at += count;
      }
      if (at + length > end) throw brokenPacket('cut');
      cells.push(wire.toString('utf8', at, Math.min(at + length, at + 4 * MAX_KEY_CHARACTERS)).slice(0, MAX_KEY_CHARACTERS));
      at += length;
    }
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
  }
  return Object.fromEntries(query.cursor.filter(({ index }) => index < cells.length).map(({ name, index }) => [name, cells[index]!]));
}
