import type { ExtractorErrorCode } from '../errors.ts';

/**
 * A value that a decoder cannot take, before anybody knows the row: the row's reader makes the error that names table and key.
 * `what` describes the value's shape, never its content.
 */
export class ValueProblem extends Error {
  override readonly name = 'ValueProblem';
  readonly code: ExtractorErrorCode;
  /** Source column; null when the packet itself is broken. */
  readonly column: string | null;
  readonly what: string;

  constructor(code: ExtractorErrorCode, column: string | null, what: string) {
    super(what);
    this.code = code;
    this.column = column;
    this.what = what;
  }
}

/** A text that no server writes for a column of this kind. */
export function malformed(column: string, start: number, end: number, expected: string): ValueProblem {
  return new ValueProblem('SOURCE_PROTOCOL', column, `${end - start} bytes that are not ${expected}`);
}
