/** A failure as the client sees it: SQLSTATE, message and, for compute-side failures, the detail box. */
export class SqlError extends Error {
  readonly code: string;
  readonly detail: string | undefined;
  readonly fatal: boolean;

  constructor(code: string, message: string, options: { detail?: string; fatal?: boolean } = {}) {
    super(message);
    this.name = 'SqlError';
    this.code = code;
    this.detail = options.detail;
    this.fatal = options.fatal ?? false;
  }
}

/** 42601 at a word of the statement, in the words of the PostgreSQL 8.0 parser. */
export function syntaxErrorAt(word: string | undefined): SqlError {
  return word === undefined ? new SqlError('42601', 'syntax error at end of input') : new SqlError('42601', `syntax error at or near "${word}"`);
}

/** 0A000: the feature is known to the parser and refused. */
export function notSupported(message: string): SqlError {
  return new SqlError('0A000', message);
}
