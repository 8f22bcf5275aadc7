import { closedMap } from './annotations.ts';
import { CONNECTION_SETS_SCHEMA, S3_SETS_SCHEMA } from './connections-schema.ts';
import { BUCKET, DURATION, KEY_PREFIX, NAME, NAME_PATTERN, REDSHIFT_NAME } from './leaves.ts';
import { PIPELINE_PROCESSING_SCHEMA, STRATEGY, TABLE_DEFAULTS_SCHEMA, TABLES_SCHEMA } from './table-schema.ts';

const SHARED = {
  target_schema: { ...REDSHIFT_NAME, description: 'The schema in Redshift; that of the target when it is not given.' },
  s3_config: { ...NAME, description: 'The S3 configuration; the only one when it is not given.' },
  strict_tables: { type: 'boolean', default: false, description: 'Refuse tables that the pipeline does not list.' },
  processing: PIPELINE_PROCESSING_SCHEMA,
  s3: closedMap({
    isolation_prefix: { ...KEY_PREFIX, default: '', description: 'Put between incremental_path and the table.' },
    partition_strategy: { type: 'string', enum: ['table', 'datetime', 'hybrid'], default: 'table' },
    compression: { type: 'string', enum: ['snappy', 'gzip', 'zstd', 'uncompressed'], default: 'snappy' },
    retention: { ...DURATION, default: '30d', description: 'How long loaded files are kept before s3clean may delete them.' },
  }),
  completion_markers: closedMap({
    bucket: { ...BUCKET, description: 'The bucket that orchestrators watch; without it no markers are written.' },
    prefix: { ...KEY_PREFIX, default: 'completion_markers/', description: 'Where in the bucket the markers go.' },
  }, 'Objects that tell orchestrators how a run ended.'),
  cdc_settings: closedMap({ default_strategy: STRATEGY }),
  default_table_config: { ...TABLE_DEFAULTS_SCHEMA, description: 'Settings of every table of the pipeline, and the only ones of a table that it does not list.' },
} as const;

const CONNECTED = { source: { ...NAME, description: 'A source of connections.yml.' }, target: { ...NAME, description: 'A target of connections.yml.' } } as const;

/** What an environment may lay over the `pipeline:` part. */
export const FRAGMENT_SCHEMA = closedMap({ ...CONNECTED, ...SHARED });
const EXTENDS = { ...NAME, description: 'A template: the name of a file in templates/ without .yml.' } as const;

/** The `pipeline:` part of a pipeline file. */
export const PIPELINE_SCHEMA = closedMap({ name: { ...NAME, description: 'Another name for commands; the identity stays that of the file.' }, ...CONNECTED, ...SHARED });

/** pipelines/NAME.yml */
export const PIPELINE_FILE_SCHEMA = closedMap({ extends: EXTENDS, pipeline: PIPELINE_SCHEMA, tables: TABLES_SCHEMA }, 'A pipeline: tables of one source that go to one target.');

/** templates/NAME.yml */
export const TEMPLATE_FILE_SCHEMA = closedMap({ extends: EXTENDS, pipeline: closedMap(SHARED), tables: TABLES_SCHEMA }, 'Settings that pipelines take over with `extends`.');

/** tables/NAME.yml */
export const TABLES_FILE_SCHEMA = closedMap({
  pipelines: { type: 'array', items: NAME, minItems: 1, uniqueItems: true, title: 'a list of different pipelines, at least one', description: 'The pipelines that read these tables. Without it the settings hold wherever a pipeline lists the table.' },
  tables: TABLES_SCHEMA,
}, 'Settings of tables, apart from their pipelines.');

/** environments/NAME.yml */
export const ENVIRONMENT_FILE_SCHEMA = closedMap({
  connections: CONNECTION_SETS_SCHEMA,
  s3_configs: S3_SETS_SCHEMA,
  pipeline: { ...FRAGMENT_SCHEMA, description: 'Laid over the pipeline part of every pipeline.' },
  pipelines: {
    type: 'object',
    description: 'Laid over single pipelines.',
    propertyNames: { pattern: NAME_PATTERN },
    additionalProperties: closedMap({ pipeline: FRAGMENT_SCHEMA, tables: TABLES_SCHEMA }),
  },
}, 'What differs in one environment.');
