import type { AdHocPipeline } from './ad-hoc.ts';
import type { ConfigFlags } from './config-texts.ts';
import type { ConfigProblem } from './problem/config-problem.ts';
import type { ExplainedValue } from './explain.ts';
import type { Origin, ResolvedPipeline, ResolvedS3, ResolvedSource, ResolvedTable, ResolvedTarget } from './resolved.ts';

/** A pipeline ready to run, with what is needed for tables that it does not list. */
export interface LoadedPipeline extends ResolvedPipeline {
  /** Tables that the pipeline does not list are refused. */
  readonly isStrict: boolean;
  /** The table `schema.table`: as listed, else with `default_table_config` and `isListed` false. */
  readonly table: (name: string) => ResolvedTable;
  /** Where the main choices were made, for what a command says before it runs. */
  readonly origins: Readonly<Record<'source' | 'target' | 'targetSchema' | 's3' | 'batchSize', Origin>>;
}

/** What is known of a pipeline without any variable: it can always be listed. */
export interface PipelineOutline {
  readonly identity: string;
  readonly alias: string | null;
  /** Path of its file, as messages show it. */
  readonly file: string;
  readonly source: string | null;
  readonly target: string | null;
  /** Database of its source; null when a variable it needs is not set. */
  readonly sourceDatabase: string | null;
  /** Tables that it lists, as `schema.table`. */
  readonly tables: readonly string[];
  readonly isStrict: boolean;
}

/** Connections by name. They are resolved when asked for, so that one that is broken stops only those who use it. */
export interface NamedSet<T> {
  readonly names: readonly string[];
  /**
   * @throws ConfigError `CONNECTION_UNKNOWN` – there is none of this name
   * @throws ConfigError `CONFIG_UNSET_VARIABLE`, `CONFIG_VALUE` – a value of it cannot be had
   */
  get(name: string): T;
}

/** A configuration whose files, names and references are right. Values that need variables are read on demand. */
export interface LoadedConfig {
  /** Absolute path, symlinks resolved. */
  readonly directory: string;
  readonly environment: string | null;
  /** Identities, in the order of their names. */
  readonly pipelines: readonly string[];
  readonly outlines: readonly PipelineOutline[];
  readonly sources: NamedSet<ResolvedSource>;
  readonly targets: NamedSet<ResolvedTarget>;
  readonly s3Configs: NamedSet<ResolvedS3>;
  /**
   * @param name the stem of the pipeline's file, or its alias
   * @throws ConfigError `PIPELINE_UNKNOWN` – there is none of this name
   */
  outline(name: string): PipelineOutline;
  /**
   * @param name the stem of the pipeline's file, or its alias
   * @throws ConfigError `PIPELINE_UNKNOWN` – there is none of this name
   * @throws ConfigError `CONFIG_UNSET_VARIABLE`, `CONFIG_VALUE` – a value that it needs cannot be had; all of them are listed. `flags.needs` leaves a database out
   */
  pipeline(name: string, flags?: ConfigFlags): LoadedPipeline;
  /**
   * A pipeline that stands in no file. It is checked against all others: two that write one target table are an error.
   * @throws ConfigError as `buildConfig` and `pipeline`
   */
  adHoc(request: AdHocPipeline, flags?: ConfigFlags): LoadedPipeline;
  /**
   * Each value at a path or below it, where it was set and what it replaced. Secrets are shown as `[secret]`.
   * Paths: `connections.sources.NAME…`, `connections.targets.NAME…`, `s3_configs.NAME…`, `lease…`,
   * `pipelines.NAME.pipeline…`, `pipelines.NAME.tables.SCHEMA.TABLE…` (all settings that hold for the table).
   *
   * @throws ConfigError `EXPLAIN_UNKNOWN` – there is no such path
   */
  explain(path: string, flags?: ConfigFlags): readonly ExplainedValue[];
  /** What stands in files and has no effect. */
  readonly warnings: readonly ConfigProblem[];
  /** Every value that cannot be had, of used and unused connections alike; empty when all is well. */
  validate(): readonly ConfigProblem[];
}
