/** Distribution and order of one table, as redshift_keys.json has them. Whether its columns can be keys is for the one who knows the table. */
export interface ResolvedTableKeys {
  /** Null when the entry does not say. */
  readonly distStyle: 'KEY' | 'ALL' | 'EVEN' | 'AUTO' | null;
  /** A name at the source or in Redshift. */
  readonly distKey: string | null;
  /** Null when the entry does not say. */
  readonly sortKey: { readonly type: 'auto' } | { readonly type: 'compound' | 'interleaved'; readonly columns: readonly string[] } | null;
  /** Encodings by column, lower case. */
  readonly encodings: Readonly<Record<string, string>>;
  readonly tableType: 'fact' | 'dimension' | null;
  /** The file and line of the entry, as messages show it. */
  readonly place: string;
}

/** Entries by `schema.table`, folded to lower case. */
export type RedshiftKeys = ReadonlyMap<string, ResolvedTableKeys>;

/** The entry of a table: under its name at the source, else under its name in Redshift. */
export function keysOfTable(keys: RedshiftKeys, source: string, target: string): ResolvedTableKeys | null {
  return keys.get(source.toLowerCase()) ?? keys.get(target.toLowerCase()) ?? null;
}
