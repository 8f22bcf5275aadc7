/** One preflight observation. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly remedy: readonly string[];
  /** Scoped or plain name of the table it is about. */
  readonly table?: string;
}
