import type { PolicyName } from './staged-column.ts';

/** A row that was set aside because one of its values cannot be represented. It says where the row is and what is wrong, never what it holds. */
export interface QuarantinedRow {
  /** Server text of the row's key, by source column: what it is read again by. */
  readonly key: Readonly<Record<string, string>>;
  /** Source column of the value; null when the row as a whole is too large. */
  readonly column: string | null;
  /** The error that the value would have stopped the run with. */
  readonly code: string;
  /** The policy that decides about such values; null where there is none. */
  readonly policy: PolicyName | null;
  /** Shape of the value, e.g. `70000 bytes of text, at most 65535 bytes fit`. */
  readonly found: string;
}
