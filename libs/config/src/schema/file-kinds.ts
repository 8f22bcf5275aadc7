import { CONNECTIONS_FILE_SCHEMA, PERFORMANCE_SCHEMA, S3_SCHEMA, SOURCE_SCHEMA, TARGET_SCHEMA, TUNNEL_SCHEMA } from './connections-schema.ts';
import { ENVIRONMENT_FILE_SCHEMA, FRAGMENT_SCHEMA, PIPELINE_FILE_SCHEMA, TABLES_FILE_SCHEMA, TEMPLATE_FILE_SCHEMA } from './pipeline-schema.ts';
import type { SchemaNode } from './schema-node.ts';
import { shareDefinitions } from './share-definitions.ts';
import { PROCESSING_SCHEMA, TABLE_DEFAULTS_SCHEMA, TABLE_SCHEMA, TYPE_POLICIES_SCHEMA } from './table-schema.ts';

export type FileKind = 'connections' | 'pipeline' | 'template' | 'tables' | 'environment';

/** The one schema of each kind of file; the TypeScript types are derived from it and `schemas/*.json` are written from it. */
export const FILE_SCHEMAS: Readonly<Record<FileKind, SchemaNode>> = {
  connections: CONNECTIONS_FILE_SCHEMA,
  pipeline: PIPELINE_FILE_SCHEMA,
  template: TEMPLATE_FILE_SCHEMA,
  tables: TABLES_FILE_SCHEMA,
  environment: ENVIRONMENT_FILE_SCHEMA,
};

const DEFINITIONS: ReadonlyMap<object, string> = new Map(
  Object.entries({
    source: SOURCE_SCHEMA, target: TARGET_SCHEMA, ssh_tunnel: TUNNEL_SCHEMA, s3_config: S3_SCHEMA, performance: PERFORMANCE_SCHEMA, pipeline_fragment: FRAGMENT_SCHEMA,
    table: TABLE_SCHEMA, table_defaults: TABLE_DEFAULTS_SCHEMA, processing: PROCESSING_SCHEMA, types: TYPE_POLICIES_SCHEMA,
  }).map(([name, { properties }]) => [properties, name]),
);

/** The schema as it is published and checked, with its dialect and title. */
export function publishedSchema(kind: FileKind): object {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: `Tidemark ${kind} file`, ...shareDefinitions(FILE_SCHEMAS[kind], DEFINITIONS) };
}

/** Where editors find the schemas of the files that commands write: in the package, by way of a public mirror of npm. */
export const SCHEMA_BASE = 'https://cdn.jsdelivr.net/npm/@tidemark/config/schemas';
