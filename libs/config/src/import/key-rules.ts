import { STRATEGY } from '../schema/table-schema.ts';

/** What becomes of a key of the older tool. */
export type KeyRule =
  /** Taken over, under another name where `to` gives one; a dotted name is a path. */
  | { readonly kind: 'carry'; readonly to?: string }
  /** A map whose keys have rules of their own. */
  | { readonly kind: 'map'; readonly rules: KeyRules }
  /** Taken over as it is, or as another value; null says that it cannot be. */
  | { readonly kind: 'choice'; readonly to: string; readonly values: Readonly<Record<string, string | number | boolean | null>>; readonly reason: string }
  | { readonly kind: 'drop'; readonly reason: string }
  /** Read elsewhere, with the whole table or pipeline at hand. */
  | { readonly kind: 'apart' };

export type KeyRules = Readonly<Record<string, KeyRule>>;

const carry: KeyRule = { kind: 'carry' };
const to = (key: string): KeyRule => ({ kind: 'carry', to: key });
const drop = (reason: string): KeyRule => ({ kind: 'drop', reason });
const apart: KeyRule = { kind: 'apart' };

/** A choice of which each value is called as before; another one would not be valid. */
const same = (key: string, values: readonly string[]): KeyRule => ({ kind: 'choice', to: key, values: Object.fromEntries(values.map((value) => [value, value])), reason: `it is none of ${values.join(', ')}` });

const NOTES = { description: carry, notes: to('metadata.notes'), metadata: carry, version: carry } as const;

const TUNNEL: KeyRule = { kind: 'map', rules: { enabled: carry, host: carry, port: carry, username: carry, private_key_path: carry, local_port: carry, ...NOTES } };
const POOL: KeyRule = { kind: 'map', rules: { min_connections: carry, max_connections: carry, retry_attempts: carry } };
const CONNECTION = { host: carry, port: carry, database: carry, username: carry, password: carry, connection_pool: POOL, ssh_tunnel: TUNNEL, type: drop('what a connection is follows from its place under sources or targets'), ...NOTES } as const;

export const SOURCE_RULES: KeyRules = { ...CONNECTION, schema: drop('a source has databases; the one that is read is its database') };
export const TARGET_RULES: KeyRules = { ...CONNECTION, schema: carry };

export const S3_RULES: KeyRules = {
  bucket_name: carry, region: carry, access_key_id: carry, secret_access_key: carry, session_token: carry, endpoint: carry, incremental_path: carry,
  high_watermark_key: drop('state lies below watermark_path, in documents of another form; watermark import takes the old ones over'),
  performance: {
    kind: 'map',
    rules: {
      multipart_threshold: carry, multipart_chunksize: carry, max_concurrency: carry, max_pool_connections: carry, retry_max_attempts: carry,
      retry_mode: { kind: 'choice', to: 'retry_mode', values: { standard: 'standard', adaptive: 'adaptive', legacy: 'standard' }, reason: 'it is none of standard and adaptive' },
      max_bandwidth: drop('there is no limit of bandwidth; max_concurrency limits what is sent at once'),
    },
  },
  ...NOTES,
};

const PROCESSING: KeyRules = {
  batch_size: carry, query_timeout_seconds: carry,
  timeout_minutes: drop('it belongs to the whole run, in the pipeline'), max_parallel_tables: drop('it belongs to the whole run, in the pipeline'), strategy: drop('it belongs to the whole run, in the pipeline'),
};

/** Of a table, and of default_table_config. */
export const TABLE_RULES: KeyRules = {
  cdc_strategy: same('cdc_strategy', STRATEGY.enum), cdc_timestamp_column: carry, cdc_id_column: carry, timestamp_format: same('timestamp_format', ['datetime', 'unix', 'auto']), additional_where: carry, target_name: carry, table_type: { kind: 'choice', to: 'table_type', values: { fact: 'fact', dimension: 'dimension' }, reason: 'it is neither fact nor dimension' },
  batch_size: to('processing.batch_size'), cdc_batch_size: to('processing.batch_size'), processing: { kind: 'map', rules: PROCESSING },
  custom_query: apart, full_sync_mode: apart, depends_on: apart,
  cdc_ordering: drop('the order follows from the strategy'),
  full_name: drop('the key of the table is its name'),
  start_from: drop('a first load reads the whole table; additional_where keeps rows out for good'),
  initial_load_filter: drop('a first load reads the whole table; additional_where keeps rows out for good'),
  validation: drop('rows, files and ledger are counted against each other in every run; checks of contents are not made'),
  watermark_settings: drop('the watermark is kept by compare-and-set, with a history, in every run'),
  performance: drop('sizes stand in processing and in the S3 configuration'),
  monitoring: drop('results, events and metrics come from each run; sync --help names them'),
  ...NOTES,
};

/** Of `pipeline:`. */
export const PIPELINE_RULES: KeyRules = {
  name: apart, source: carry, target: carry, s3_config: carry,
  sync_frequency: drop('Tidemark schedules nothing; cron or an orchestrator does'),
  processing: {
    kind: 'map',
    rules: {
      batch_size: carry, timeout_minutes: carry, max_parallel_tables: carry, query_timeout_seconds: carry,
      strategy: { kind: 'choice', to: 'max_parallel_tables', values: { sequential: 1, parallel: null }, reason: 'tables run in parallel as max_parallel_tables says' },
    },
  },
  s3: {
    kind: 'map',
    rules: {
      isolation_prefix: carry, partition_strategy: same('partition_strategy', ['table', 'datetime', 'hybrid']),
      compression: { kind: 'choice', to: 'compression', values: { snappy: 'snappy', gzip: 'gzip', zstd: 'zstd', uncompressed: 'uncompressed', lz4: null, brotli: null }, reason: 'Redshift does not read it in Parquet; the default is snappy' },
    },
  },
  cdc_settings: {
    kind: 'map',
    rules: {
      default_strategy: same('default_strategy', STRATEGY.enum),
      enable_watermark_validation: drop('watermark, ledger and manifests are held against each other in every run'),
      enable_schema_validation: drop('the schema is compared in every run; schema_contract says what a change means'),
      fallback_to_legacy: drop('there is one way to read'),
    },
  },
  default_table_config: apart,
  ...NOTES,
};
