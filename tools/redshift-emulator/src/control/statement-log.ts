/** One statement that reached the emulator. */
export interface LoggedStatement {
  readonly queryId: number;
  readonly sessionId: number;
  readonly pid: number;
  readonly user: string;
  readonly kind: string;
  /** As sent, keys and passwords redacted. */
  readonly sql: string;
  readonly startedAt: Date;
  endedAt?: Date;
  /** SQLSTATE and message, where it failed. */
  error?: string;
}

/** All statements in the order of arrival. */
export class StatementLog {
  readonly #statements: LoggedStatement[] = [];
  #lastQueryId = 100;

  start(entry: Omit<LoggedStatement, 'queryId' | 'startedAt'>): LoggedStatement {
    this.#lastQueryId += 1;
    const statement: LoggedStatement = { ...entry, queryId: this.#lastQueryId, startedAt: new Date() };
    this.#statements.push(statement);
    return statement;
  }

  all(): readonly LoggedStatement[] {
    return this.#statements;
  }

  clear(): void {
    this.#statements.length = 0;
  }
}
