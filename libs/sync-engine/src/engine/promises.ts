import type { ResolvedReading } from '@tidemark/config';
import type { LoadMode } from '@tidemark/domain';

/**
 * What a run that ended well, with nobody writing, has made of the target.
 *
 * - `equal`: the rows of the source and no others.
 * - `rows`: every row of the source as it is; rows that were deleted there stay.
 * - `versions`: every version that was read, once; the newest of each row among them.
 * - `current`: one current version of every row of the source, as it is; rows that were deleted there stay current.
 * - `inserts`: every row that was inserted, once, as it was when it was read; changes and deletions are not seen.
 * - `refused`: the pair is a mistake of configuration.
 */
export type CellPromise = 'equal' | 'rows' | 'versions' | 'current' | 'inserts' | 'refused';

/** A strategy with a load mode. */
export interface PromiseCell {
  readonly strategy: ResolvedReading['strategy'] | 'custom_sql';
  readonly mode: LoadMode;
  readonly promise: CellPromise;
  /** What the strategy cannot see, or why the pair is refused. */
  readonly limit: string;
}

const DELETES = 'Deleted rows and changed keys are not seen.';
const NO_UPDATES = 'Changes and deletions are not seen: for tables to which rows are only added.';
const NEEDS_WHOLE = 'replace needs the whole table, and the strategy reads what is new.';
const APPENDS_ALL = 'Every run would add the whole table again.';

/** Every pair with its promise. The test of histories and docs/promises.md are made from it. */
export const PROMISES: readonly PromiseCell[] = [
  { strategy: 'hybrid', mode: 'append', promise: 'versions', limit: `${DELETES} A row that changes twice between two runs gives one version.` },
  { strategy: 'hybrid', mode: 'merge', promise: 'rows', limit: DELETES },
  { strategy: 'hybrid', mode: 'replace', promise: 'refused', limit: NEEDS_WHOLE },
  { strategy: 'hybrid', mode: 'scd2', promise: 'current', limit: `${DELETES} A row that changes twice between two runs gives one version.` },
  { strategy: 'timestamp_only', mode: 'append', promise: 'versions', limit: `${DELETES} A row that changes twice between two runs gives one version.` },
  { strategy: 'timestamp_only', mode: 'merge', promise: 'rows', limit: DELETES },
  { strategy: 'timestamp_only', mode: 'replace', promise: 'refused', limit: NEEDS_WHOLE },
  { strategy: 'timestamp_only', mode: 'scd2', promise: 'current', limit: DELETES },
  { strategy: 'id_only', mode: 'append', promise: 'inserts', limit: NO_UPDATES },
  { strategy: 'id_only', mode: 'merge', promise: 'inserts', limit: NO_UPDATES },
  { strategy: 'id_only', mode: 'replace', promise: 'refused', limit: NEEDS_WHOLE },
  { strategy: 'id_only', mode: 'scd2', promise: 'refused', limit: 'A history needs the time of a change (scd2.effective names another column where there is one).' },
  { strategy: 'full_sync', mode: 'append', promise: 'refused', limit: APPENDS_ALL },
  { strategy: 'full_sync', mode: 'merge', promise: 'rows', limit: 'Deleted rows stay.' },
  { strategy: 'full_sync', mode: 'replace', promise: 'equal', limit: 'Nothing: the target is the source as it was when the run began.' },
  { strategy: 'full_sync', mode: 'scd2', promise: 'current', limit: 'Deleted rows stay current, unless scd2.expire_missing is true.' },
  { strategy: 'custom_sql', mode: 'append', promise: 'versions', limit: 'What the query selects; as hybrid.' },
  { strategy: 'custom_sql', mode: 'merge', promise: 'rows', limit: 'What the query selects; as hybrid.' },
  { strategy: 'custom_sql', mode: 'replace', promise: 'equal', limit: 'What the query selects.' },
  { strategy: 'custom_sql', mode: 'scd2', promise: 'current', limit: 'What the query selects; as hybrid.' },
];
