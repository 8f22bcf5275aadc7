import type { SourceText } from '../problem/source-text.ts';

/** The files of the older tool, already read. */
export interface OldFiles {
  /** connections.yml; null where there is none. */
  readonly connections: SourceText | null;
  /** By the stem of the file. */
  readonly pipelines: ReadonlyMap<string, SourceText>;
  readonly templates: ReadonlyMap<string, SourceText>;
  readonly environments: ReadonlyMap<string, SourceText>;
  /** conf/tables.yml, the shape before pipelines; null where there is none. */
  readonly tables: SourceText | null;
  /** redshift_keys.json; null where there is none. */
  readonly redshiftKeys: SourceText | null;
  /** column_mappings/*.json */
  readonly columnMappings: readonly SourceText[];
  /** `.env`; null where there is none. */
  readonly env: SourceText | null;
}

/** What an import found worth saying. */
export interface ImportFinding {
  readonly severity: 'warning' | 'info';
  readonly message: string;
  readonly remedy: string;
}
