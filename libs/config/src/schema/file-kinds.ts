import { CONNECTIONS_FILE_SCHEMA } from './connections-schema.ts';
import { ENVIRONMENT_FILE_SCHEMA, PIPELINE_FILE_SCHEMA, TABLES_FILE_SCHEMA, TEMPLATE_FILE_SCHEMA } from './pipeline-schema.ts';
import type { SchemaNode } from './schema-node.ts';

export type FileKind = 'connections' | 'pipeline' | 'template' | 'tables' | 'environment';

/** The one schema of each kind of file; the TypeScript types are derived from it and `schemas/*.json` are written from it. */
export const FILE_SCHEMAS: Readonly<Record<FileKind, SchemaNode>> = {
  connections: CONNECTIONS_FILE_SCHEMA,
  pipeline: PIPELINE_FILE_SCHEMA,
  template: TEMPLATE_FILE_SCHEMA,
  tables: TABLES_FILE_SCHEMA,
  environment: ENVIRONMENT_FILE_SCHEMA,
};

/** The schema as it is published, with its dialect and title. */
export function publishedSchema(kind: FileKind): object {
  return { $schema: 'http://json-schema.org/draft-07/schema#', title: `Tidemark ${kind} file`, ...FILE_SCHEMAS[kind] };
}
