import { Flags } from '@oclif/core';
import { findPipelineForTable, resolveTable, type ConfigFlags, type LoadedConfig, type LoadedPipeline, type ResolvedTable } from '@tidemark/config';
import { loadConfig } from '@tidemark/config/node';
import type { TableTask } from '@tidemark/domain';
import type { TargetTable } from '@tidemark/sync-engine/engine';
import { CliError } from './errors.ts';

/** Flags by which a command is told what to work on. */
export const PIPELINE_FLAGS = {
  pipeline: Flags.string({ char: 'p', helpValue: 'NAME', summary: 'Pipeline; may be left out when one pipeline has the table.' }),
  table: Flags.string({ char: 't', helpValue: 'TABLE', multiple: true, summary: 'Table, as schema.table or a bare name; repeats. Every table of the pipeline without it.' }),
  connection: Flags.string({ char: 'c', helpValue: 'SOURCE', summary: 'Source connection, where several pipelines have the table.' }),
};

export interface PipelineChoice {
  readonly pipeline?: string | undefined;
  readonly table?: readonly string[] | undefined;
  readonly connection?: string | undefined;
}

/** A pipeline and the tables of it that a command works on. */
export interface ChosenTables {
  readonly config: LoadedConfig;
  readonly pipeline: LoadedPipeline;
  readonly tables: readonly ResolvedTable[];
  /** What was decided without being asked for, to be said. */
  readonly notes: readonly string[];
}

/** Loads the configuration that the global flags name. */
export async function loadedConfig(flags: { readonly config: string | undefined; readonly env: string | undefined }): Promise<LoadedConfig> {
  return loadConfig({ directory: flags.config, environment: flags.env });
}

/**
 * Finds the pipeline and the tables that the flags mean.
 *
 * @throws CliError `CLI_USAGE` when neither a pipeline nor a table is given; ConfigError when they do not fit the configuration
 */
export function chooseTables(config: LoadedConfig, choice: PipelineChoice, overrides: ConfigFlags = {}): ChosenTables {
  const names = choice.table ?? [];
  const [first] = names;
  if (choice.pipeline === undefined && first === undefined) {
    throw new CliError('CLI_USAGE', { message: 'Neither a pipeline nor a table is given.', remedy: [`Add -p NAME; the pipelines are: ${config.pipelines.join(', ')}.`] });
  }
  const found = choice.pipeline === undefined ? findPipelineForTable(config, { table: first!, ...(choice.connection === undefined ? {} : { connection: choice.connection }) }) : undefined;
  const pipeline = config.pipeline(choice.pipeline ?? found!.pipeline, overrides);
  const tables = names.length === 0 ? pipeline.tables : distinct(names.map((name) => resolveTable(pipeline, name)));
  const notes = [
    ...(found === undefined ? [] : [`Pipeline ${found.pipeline}, found from the table ${first!}.`]),
    ...tables.filter((table) => !table.isListed).map((table) => `${table.name} is not listed by ${pipeline.identity}; default_table_config is used.`),
  ];
  return { config, pipeline, tables, notes };
}

/** A table may be named twice, as `orders` and as `sales.orders`. */
function distinct(tables: readonly ResolvedTable[]): readonly ResolvedTable[] {
  return [...new Map(tables.map((table) => [table.name, table])).values()];
}

/** What the state of a table is scoped by, and where its rows end up. */
export function taskOf(pipeline: LoadedPipeline, table: ResolvedTable): { readonly task: TableTask; readonly target: TargetTable } {
  return {
    task: { pipeline: pipeline.identity, target: pipeline.target.name, table: table.scopedName },
    target: { schema: table.targetSchema, table: table.targetTable, workSchema: pipeline.target.workSchema },
  };
}
