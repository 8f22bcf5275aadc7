import type { Bound, Position } from '@tidemark/domain';
import { CdcError } from './errors.ts';

/** The cursor that positions of a table have now. */
export interface CursorPlace {
  /** `schema.table`, for messages. */
  readonly table: string;
  readonly kind: 'keyset' | 'pk' | 'tick';
  readonly columns: readonly string[];
}

/** The error of a stored position that belongs to another cursor. */
export function otherPosition({ table, kind, columns }: CursorPlace, position: Position): CdcError {
  const found =
    position.kind === 'keyset' || position.kind === 'pk' ? `${position.kind} (${position.columns.join(', ')})` : position.kind === 'tick' ? `tick (${position.column})` : position.kind;
  return new CdcError('CDC_POSITION', {
    message: `${table}: the stored position is ${found}; the cursor is now ${kind} (${columns.join(', ')}).`,
    details: { found: position.kind, expected: kind, columns },
  });
}

/**
 * The values of a stored position; null for null.
 * @throws CdcError `CDC_POSITION`
 */
export function valuesOf(place: CursorPlace, position: Position | null): readonly string[] | null {
  if (position === null) return null;
  if (position.kind === place.kind && position.kind !== 'tick' && position.columns.join('\0') === place.columns.join('\0')) return position.values;
  throw otherPosition(place, position);
}

/**
 * The value of a tick: another column may count in another zone, so a tick of it says nothing about this one.
 * @throws CdcError `CDC_POSITION`
 */
export function tickValue({ column, value }: Bound, place: CursorPlace, timestamp: string): string {
  if (column === timestamp) return value;
  throw otherPosition({ ...place, kind: 'tick', columns: [timestamp] }, { kind: 'tick', column, value });
}
