import { compileRange, type RangeReading } from './range-query.ts';
import type { Reading } from './strategy.ts';

/** A range that one query gives, in no order: reading cannot go on in the middle of it. */
export function wholeReading(reading: RangeReading): Reading {
  return {
    isPaged: false, splitsAnywhere: true, below: null,
    cut: () => null,
    query: (_after, limit) => compileRange({ ...reading, limit }),
    positionOf: () => null,
  };
}
