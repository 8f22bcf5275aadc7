import { defineErrors, errorClass } from '@tidemark/domain';

/** Every error code of this library. All problems of a configuration are found at once and stand in `details.problems`. */
export const CONFIG_ERRORS = defineErrors({
  CONFIG_MISSING: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'There is no configuration directory, or it has no connections.yml.',
    remedy: ['Run from a directory that has a config/ with connections.yml in it or above it, or name the directory with --config or TIDEMARK_CONFIG.', 'Or write a new one: tidemark config setup.'],
  },
  CONFIG_EXISTS: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'A configuration file that would be written is there already.',
    remedy: ['Write to another directory with --to or --config, or add --force to replace the files.'],
  },
  CONFIG_YAML_SYNTAX: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A configuration file is not YAML that Tidemark accepts.',
    remedy: ['Correct the line that is named.'],
  },
  CONFIG_ENV_SYNTAX: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A line of a .env file is not NAME=value.',
    remedy: ['Write each entry as NAME=value; put a value that begins with a quote, ends in a space or spans lines between double quotes.'],
  },
  CONFIG_UNKNOWN_KEY: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A configuration file has a key that nothing reads.',
    remedy: ['Correct its spelling or remove it.'],
  },
  CONFIG_VALUE: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A value is missing, or is not one of those allowed.',
    remedy: ['Write a value that is allowed.'],
  },
  CONFIG_UNSET_VARIABLE: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A variable that the configuration refers to is not set, or may not be read.',
    remedy: ['Set the variable in the environment or in .env beside the configuration directory.'],
  },
  CONFIG_REFERENCE: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The configuration names a source, target, S3 configuration, template, pipeline, table or environment that does not exist.',
    remedy: ['Correct the name, or define what it names.'],
  },
  CONFIG_COLLISION: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'Two tables or two pipelines would share a name, a stored file or a target table.',
    remedy: ['Rename one of the two, or remove it.'],
  },
  CONFIG_CYCLE: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'Templates extend each other in a circle.',
    remedy: ['Remove one `extends` of the circle.'],
  },
  PIPELINE_UNKNOWN: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'No pipeline has this name.',
    remedy: ['Use the stem of a file in pipelines/, or the name that it gives itself.'],
  },
  PIPELINE_AMBIGUOUS: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'Several pipelines could be meant by the table.',
    remedy: ['Name the pipeline.'],
  },
  PIPELINE_NOT_FOUND: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'No pipeline could be found from the table.',
    remedy: ['Name the pipeline, or write the table as schema.table.'],
  },
  TABLE_UNKNOWN: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'The pipeline has no table of this name.',
    remedy: ['Write a table that the pipeline lists, or schema.table for one that it does not list.'],
  },
  HASH_KEY_SHORT: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'TIDEMARK_HASH_KEY is too short: it could be guessed by trying.',
    remedy: ['Set TIDEMARK_HASH_KEY to a secret of at least 16 bytes, the same for every run, or remove it when no column is hashed.'],
  },
  TABLE_AMBIGUOUS: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'Several tables of the pipeline have this bare name.',
    remedy: ['Write the table as schema.table.'],
  },
  TABLE_NOT_LISTED: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'The pipeline has strict_tables: true and does not list the table.',
    remedy: ['List the table in the pipeline, or set strict_tables: false.'],
  },
  CONNECTION_UNKNOWN: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'No source, target or S3 configuration has this name.',
    remedy: ['Use a name that connections.yml defines.'],
  },
  EXPLAIN_UNKNOWN: {
    kind: 'usage', exit: 2, retry: 'never',
    summary: 'The configuration has no value at the path to explain.',
    remedy: ['Give a path such as connections.sources.NAME.host or pipelines.NAME.tables.SCHEMA.TABLE.lag.'],
  },
});

export type ConfigErrorCode = keyof typeof CONFIG_ERRORS;

/**
 * What this library throws. For exit code 10 `details.problems` is an array of `ConfigProblem`,
 * every one that was found; `code` is that of the first.
 */
export class ConfigError extends errorClass('ConfigError', CONFIG_ERRORS) {}
