import { closedMap } from './annotations.ts';
import { COLUMN_LIST, DURATION, MEGABYTES, REDSHIFT_NAME, STATEMENT_LIST, TABLE_LIST, TABLE_NAME_PATTERN, TEXT } from './leaves.ts';

const PROCESSING_PROPERTIES = {
  batch_size: { type: 'integer', minimum: 1, maximum: 1_000_000_000, default: 1_000_000, description: 'Rows per batch, the unit of checkpoint.' },
  batch_max_mb: { ...MEGABYTES, default: 1024, description: 'A batch ends when its files have this size, in MB.' },
  target_file_mb: { ...MEGABYTES, default: 64, description: 'Size of one Parquet file, in MB.' },
  max_rows_per_file: { type: 'integer', minimum: 1, maximum: 1_000_000_000, description: 'Most rows of one Parquet file; no limit when it is not given.' },
  encode_in_thread: { type: 'boolean', default: false, description: 'Parquet is encoded in a thread of its own; worth it where cores are idle.' },
  load_target_mb: { ...MEGABYTES, default: 1024, description: 'Consecutive batches are loaded together up to this size, in MB.' },
  query_timeout_seconds: { type: 'number', minimum: 0.1, maximum: 86_400, default: 90, description: 'Longest time without a row, in seconds.' },
} as const;

export const PROCESSING_SCHEMA = closedMap(PROCESSING_PROPERTIES);

/** Of a pipeline: what holds for each of its tables, and for the run over them. */
export const PIPELINE_PROCESSING_SCHEMA = closedMap({
  ...PROCESSING_PROPERTIES,
  max_parallel_tables: { type: 'integer', minimum: 1, maximum: 64, default: 2, description: 'Tables that are worked on at the same time.' },
  timeout_minutes: { type: 'number', minimum: 0, maximum: 10_080, default: 0, description: 'A run stops at a safe point after this time, in minutes; 0: it may take as long as it takes.' },
});

export const STRATEGY = { type: 'string', enum: ['hybrid', 'timestamp_only', 'id_only', 'full_sync', 'custom_sql'] } as const;

/** The choices of each policy, the default first. */
const TYPE_CHOICES = {
  zero_date: ['fail', 'to_null', 'sentinel'],
  tinyint1: ['smallint', 'boolean'],
  bit1: ['boolean', 'smallint'],
  time: ['varchar', 'bigint_micros'],
  decimal_over_38: ['varchar', 'narrow'],
  oversize_string: ['fail', 'truncate', 'to_null', 'quarantine'],
  oversize_binary: ['fail', 'truncate', 'to_null', 'quarantine'],
  invalid_utf8: ['fail', 'replace', 'quarantine'],
  nul_byte: ['fail', 'strip'],
  json: ['varchar', 'super'],
  binary: ['hex', 'varbyte'],
  geometry: ['fail', 'hex_wkb', 'wkt'],
} as const;

type TypeChoices = typeof TYPE_CHOICES;
type ChoiceOf<K extends keyof TypeChoices> = { readonly type: 'string'; readonly enum: TypeChoices[K] };

/** A choice for every policy; without one nothing is said. */
const TYPE_CHOICE_SCHEMAS = Object.fromEntries(Object.entries(TYPE_CHOICES).map(([name, choices]) => [name, { type: 'string', enum: choices }])) as unknown as { readonly [K in keyof TypeChoices]: ChoiceOf<K> };

const TYPE_DEFAULT_SCHEMAS = Object.fromEntries(Object.entries(TYPE_CHOICES).map(([name, choices]) => [name, { type: 'string', enum: choices, default: choices[0] }])) as unknown as {
  readonly [K in keyof TypeChoices]: ChoiceOf<K> & { readonly default: TypeChoices[K][0] };
};

export const TYPE_POLICIES_SCHEMA = closedMap(TYPE_DEFAULT_SCHEMAS, 'How values that have no exact counterpart are written.');

const COLUMN_NAMES = { pattern: '^.+$' } as const;

const MASK = {
  type: 'string',
  pattern: '^(keep_(first|last)_[1-9][0-9]?|keep_domain|redact|to_null)$',
  title: 'keep_last_4 and the like (keep_first_N, keep_last_N with N from 1 to 99), keep_domain, redact or to_null',
} as const;

/** How a history is kept, with load_mode: scd2. */
const SCD2_SCHEMA = closedMap({
  keys: { ...COLUMN_LIST, description: 'Columns that identify what a history is about; merge_keys or the primary key when they are not given.' },
  tracked: { ...COLUMN_LIST, description: 'Columns whose change makes a new version; all but the keys and the effective column when they are not given.' },
  effective: { ...TEXT, default: 'cursor', description: 'Since when a row is as it is: cursor (the time column of the reading), snapshot (the time of the snapshot), or a column.' },
  first_valid_from: { type: 'string', pattern: '^(effective|[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?)$', title: 'effective, or a time as YYYY-MM-DD or YYYY-MM-DD hh:mm:ss', default: 'effective', description: 'Where the first version of a key begins.' },
  expire_missing: { type: 'boolean', default: false, description: 'A complete snapshot ends the versions of keys that it does not have.' },
  max_expire_percent: { type: 'number', minimum: 0, maximum: 100, default: 5, description: 'Most of the current rows that one snapshot may end, in percent.' },
  columns: closedMap({
    key: { ...REDSHIFT_NAME, default: 'sk', description: 'The surrogate key.' },
    from: { ...REDSHIFT_NAME, default: 'valid_from', description: 'Where a version begins.' },
    to: { ...REDSHIFT_NAME, default: 'valid_to', description: 'Where it ends; NULL for the current one.' },
    current: { ...REDSHIFT_NAME, default: 'is_current', description: 'True for the current version.' },
    hash: { ...REDSHIFT_NAME, default: 'row_hash', description: 'The hash of the tracked columns.' },
  }),
}, 'How history is kept with load_mode: scd2.');

const TABLE_SETTINGS = {
  cdc_strategy: { ...STRATEGY, default: 'hybrid', description: 'How changed rows are found.' },
  cdc_timestamp_column: { ...TEXT, description: 'The column that every change of a row advances. Found from the table when it is not given.' },
  cdc_id_column: { ...TEXT, description: 'The unique column that orders rows of equal time. Found from the table when it is not given.' },
  timestamp_format: { type: 'string', enum: ['datetime', 'unix', 'unix_ms', 'auto'], default: 'datetime', description: 'How the timestamp column counts time: as a date and time, or as seconds or milliseconds since 1970. auto looks at its newest value.' },
  lag: { ...DURATION, default: '5s', description: 'How far a run stays behind the present.' },
  lookback: { ...DURATION, description: 'How far a run re-reads for rows committed late: 15m when it is not given, 0 with append.' },
  id_lookback: { type: 'integer', minimum: 0, maximum: 1_000_000_000_000, description: 'id_only: how far below the greatest id that was read a run re-reads for rows committed late: 10000 when it is not given, 0 with append.' },
  late_commits: { type: 'string', enum: ['guard', 'lookback', 'accept'], default: 'lookback', description: 'What is done about rows committed late: wait for open transactions, read a window again, or nothing.' },
  null_cursor: { type: 'string', enum: ['fail', 'include', 'exclude'], default: 'fail', description: 'What is done about rows without a time.' },
  additional_where: { ...TEXT, description: 'A condition in SQL that every row read must meet.' },
  custom_query: { ...TEXT, description: 'custom_sql: one SELECT that uses :last_timestamp or :last_id and :until_timestamp or :until_id.' },
  resumable: { type: 'boolean', default: false, description: 'full_sync: pages in snapshots of their own, so that a run goes on where another one stopped.' },
  columns: closedMap({
    include: { ...COLUMN_LIST, description: 'Only these columns are read.' },
    exclude: { ...COLUMN_LIST, description: 'These columns are not read.' },
    hash: { ...COLUMN_LIST, description: 'These columns are written as their HMAC-SHA256 under the key TIDEMARK_HASH_KEY.' },
    mask: { type: 'object', description: 'What is left of the values of a column.', propertyNames: COLUMN_NAMES, additionalProperties: MASK },
    policy: { type: 'object', description: 'Choices of types for single columns.', propertyNames: COLUMN_NAMES, additionalProperties: closedMap(TYPE_CHOICE_SCHEMAS) },
    rename: { type: 'object', description: 'Names in Redshift, by the name at the source.', propertyNames: { pattern: '^.+$' }, additionalProperties: REDSHIFT_NAME },
  }),
  load_mode: { type: 'string', enum: ['append', 'merge', 'replace', 'scd2'], description: 'How rows are written to the target; replace for full_sync, else merge with a key, else append when it is not given.' },
  merge_keys: { ...COLUMN_LIST, description: 'Columns that identify a row; the primary key when they are not given.' },
  swap: { type: 'string', enum: ['delete_insert', 'rename'], default: 'delete_insert', description: 'How a complete snapshot takes the place of the target with load_mode: replace.' },
  scd2: SCD2_SCHEMA,
  pre_sql: { ...STATEMENT_LIST, description: 'Statements that run in the load transaction before the target is changed.' },
  post_sql: { ...STATEMENT_LIST, description: 'Statements that run in the load transaction after the target was changed.' },
  analyze: { type: 'string', enum: ['never', 'auto', 'always'], default: 'never', description: 'Whether ANALYZE runs after a load; auto: after large ones.' },
  table_type: { type: 'string', enum: ['fact', 'dimension'], description: 'What the table is for, a hint for proposed keys.' },
  optimizer: { type: 'string', enum: ['propose', 'apply'], default: 'propose', description: 'Whether a new table gets the distribution and sort keys that the optimizer proposes.' },
  schema_contract: { type: 'string', enum: ['evolve', 'freeze', 'discard'], default: 'evolve', description: 'What is done when the columns of the source change: the target follows, the run stops, or only the known columns are loaded.' },
  evolve_backfill: { type: 'string', enum: ['stop', 'auto'], default: 'stop', description: 'What is done when a change alters rows that were read already: the run stops, or the table is read anew. auto needs load_mode merge or scd2; append would add every row once more.' },
  types: TYPE_POLICIES_SCHEMA,
  quarantine: closedMap({
    max_rows: { type: 'integer', minimum: 0, maximum: 1_000_000, default: 0, description: 'Most rows per run that are set aside because they cannot be represented; one more fails.' },
  }, 'What is done about rows that cannot be represented.'),
  processing: PROCESSING_SCHEMA,
} as const;

/** Settings that hold for every table of a pipeline. */
export const TABLE_DEFAULTS_SCHEMA = closedMap(TABLE_SETTINGS);

/** Settings of one table. */
export const TABLE_SCHEMA = closedMap({
  ...TABLE_SETTINGS,
  target_name: { ...REDSHIFT_NAME, description: 'The table in Redshift; the name of the source table when it is not given.' },
  depends_on: { ...TABLE_LIST, description: 'Tables of the pipeline, as schema.table, that a run finishes before it begins with this one.' },
});

export const TABLES_SCHEMA = {
  type: 'object',
  description: 'The tables, as schema.table.',
  propertyNames: { pattern: TABLE_NAME_PATTERN },
  additionalProperties: TABLE_SCHEMA,
} as const;
