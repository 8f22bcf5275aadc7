import type { StagedColumn } from './staged-column.ts';
import type { TableKeys } from './table-keys.ts';

/** What a batch says about its target table besides its columns, so that it can be loaded without the source. Target names unless said otherwise. */
export interface FrozenShape {
  /** For a table that is created for the batch. */
  readonly table_keys: TableKeys;
  /** Source names of the primary key. */
  readonly primary_key: readonly string[];
  /** True when no batch of the epoch came before: every row is read, so a column that the table lacks is filled. */
  readonly fresh: boolean;
  /** Columns that the source got since, with the constant that rows read earlier have in them: a literal of Redshift, or null. */
  readonly added: Readonly<Record<string, string | null>>;
  /** New name to the name that the column had before. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Columns that were loaded once and that the source has no more: new rows have NULL in them. */
  readonly dropped: readonly StagedColumn[];
}

/** The columns that a table's batches have, to hold the source against. */
export interface KnownSchema {
  readonly columns: readonly StagedColumn[];
  readonly keys: readonly string[];
  /** Source names. */
  readonly primary_key: readonly string[];
  readonly dropped: readonly StagedColumn[];
}
