/** Distribution, order and encodings of a target table. Columns by their names in Redshift. Plain JSON: it is frozen into manifests. */
export interface TableKeys {
  readonly dist: { readonly style: 'AUTO' | 'EVEN' | 'ALL' } | { readonly style: 'KEY'; readonly column: string };
  readonly sort: { readonly type: 'auto' } | { readonly type: 'compound' | 'interleaved'; readonly columns: readonly string[] };
  /** Encodings that were told; one of them takes the choice for the whole table from Redshift. */
  readonly encodings: Readonly<Record<string, string>>;
}
