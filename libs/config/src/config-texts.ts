import type { PathBase } from './resolve/resolve-path.ts';
import type { PipelineSide } from './resolved.ts';
import type { SourceText } from './problem/source-text.ts';

/** Everything a configuration is made of, already read. */
export interface ConfigTexts extends PathBase {
  /** The environment that was chosen; null for none. */
  readonly environment: string | null;
  readonly connections: SourceText;
  /** By the stem of the file. */
  readonly pipelines: ReadonlyMap<string, SourceText>;
  readonly templates: ReadonlyMap<string, SourceText>;
  readonly tables: ReadonlyMap<string, SourceText>;
  readonly environments: ReadonlyMap<string, SourceText>;
  /** `redshift_keys.json`; null when there is none. */
  readonly redshiftKeys: SourceText | null;
  /** `.env` files, the strongest first. */
  readonly envFiles: readonly SourceText[];
  /** The process environment; it beats `.env`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Text of a file that a `file:` reference names, by absolute path; throws what `fs.readFileSync` throws. */
  readonly readSecretFile: (absolutePath: string) => string;
}

/** What the command line says. */
export interface ConfigFlags {
  /** Rows per batch, for every table. */
  readonly batchSize?: number;
  /** Another database of the source: tables of the configured one are read there, under their new names. */
  readonly sourceDb?: string;
  readonly targetSchema?: string;
  /** Where completion markers are written. */
  readonly completionBucket?: string;
  /** The databases that will be connected to; both unless given. Of the other one nothing has to be set but what names tables: `database` of a source, `schema` and `work_schema` of a target. */
  readonly needs?: readonly PipelineSide[];
}
