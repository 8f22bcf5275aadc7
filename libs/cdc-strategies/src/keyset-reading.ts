import type { ExtractionQuery, Position } from '@tidemark/domain';
import { valuesOf, type CursorPlace } from './stored-position.ts';
import type { Reading } from './strategy.ts';

/**
 * A reading in pages of a key: each begins after the last row of the one before, and a batch may end after any row.
 * @param below exclusive end of the first column, where the range has one
 */
export function keysetReading(place: CursorPlace & { readonly kind: 'keyset' | 'pk' }, below: string | null, compile: (after: readonly string[] | null, limit: number | null) => ExtractionQuery): Reading {
  return {
    isPaged: true, splitsAnywhere: true, below,
    cut: () => null,
    query: (after, limit) => compile(valuesOf(place, after), limit),
    positionOf: (values): Position => ({ kind: place.kind, columns: place.columns, values }),
  };
}
