import { isTidemarkError, type Finding } from '@tidemark/domain';

/** What there is to say about a table before it is synced; something that would stop a run does not hide the rest. */
export class Remarks {
  readonly #table: string;
  readonly #findings: Finding[] = [];
  #exit = 0;

  constructor(table: string) {
    this.#table = table;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** The exit code of a run that begins now, if it would be stopped before it reads; else 0. */
  get exit(): number {
    return this.#exit;
  }

  add(...findings: readonly Finding[]): void {
    this.#findings.push(...findings);
  }

  /** An error that would stop a run. @throws what has no code */
  stop(error: unknown): void {
    if (!isTidemarkError(error)) throw error;
    this.#exit ||= error.exit;
    this.#findings.push({ code: error.code, severity: 'error', table: this.#table, message: error.message, remedy: error.remedy });
  }
}
