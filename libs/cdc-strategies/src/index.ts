export { cursorTypeOf, KEY_TYPES, TIMESTAMP_TYPES, type CursorType } from './cursor-type.ts';
export { hybridCursor, type CursorSettings, type HybridCursor } from './cursor-columns.ts';
export { CDC_ERRORS, CdcError } from './errors.ts';
export { compileRange, type RangeReading } from './hybrid-query.ts';
export { HybridStrategy, type HybridSettings } from './hybrid-strategy.ts';
export { checkPredicate } from './predicate.ts';
export { SqlLiteral, type LiteralKind } from './sql-literal.ts';
export { tickBound, type BoundRequest } from './tick-bound.ts';
export { typedHybridQuery, type TypedCursorColumn, type TypedHybridReading } from './typed-hybrid-query.ts';
