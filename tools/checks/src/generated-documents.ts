import { publishedSchema, REDSHIFT_KEYS_SCHEMA, type FileKind } from '@tidemark/config';
import { COPY_MANIFEST_SCHEMA, LEASE_SCHEMA, MANIFEST_SCHEMA, RUN_RESULT_SCHEMA, SYNC_EVENT_SCHEMA, WATERMARK_HISTORY_SCHEMA, WATERMARK_SCHEMA } from '@tidemark/layout';
import { renderTypeMap } from '@tidemark/ddl-optimizer';
import { renderStatements } from '@tidemark/redshift-loader';
import { renderConfiguration } from './render-configuration.ts';
import { COMMANDS } from '@tidemark/cli';
import { FAILURE_SCHEMA } from '@tidemark/cli-kit';
import { COMMANDS as S3CLEAN_COMMANDS } from '@tidemark/plugin-s3clean/every-command';
import { COMMANDS as WATERMARK_COMMANDS } from '@tidemark/plugin-watermark/every-command';
import { renderCommands } from './render-commands.ts';
import { renderErrors } from './render-errors.ts';
import { renderPromises } from './render-promises.ts';
import { renderExitCodes } from './render-exit-codes.ts';
import { renderOldCommands } from './render-old-commands.ts';

const FILE_KINDS = ['connections', 'pipeline', 'template', 'tables', 'environment'] as const satisfies readonly FileKind[];

/** Schemas of documents, by the names of their files. */
const DOCUMENT_SCHEMAS = {
  'watermark-1': WATERMARK_SCHEMA, 'manifest-1': MANIFEST_SCHEMA, 'lease-1': LEASE_SCHEMA, 'watermark-history-1': WATERMARK_HISTORY_SCHEMA, 'copy-manifest': COPY_MANIFEST_SCHEMA,
  'run-result': RUN_RESULT_SCHEMA, 'sync-event-1': SYNC_EVENT_SCHEMA,
};

/** Documents that are made from code: path from the workspace's root, and text. */
export function generatedDocuments(): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: 'docs/configuration.md', text: renderConfiguration() },
    { path: 'docs/commands.md', text: renderCommands({ ...COMMANDS, ...WATERMARK_COMMANDS, ...S3CLEAN_COMMANDS }) },
    { path: 'docs/errors.md', text: renderErrors() },
    { path: 'docs/exit-codes.md', text: renderExitCodes() },
    { path: 'docs/old-commands.md', text: renderOldCommands() },
    { path: 'docs/promises.md', text: renderPromises() },
    { path: 'docs/types.md', text: renderTypeMap() },
    { path: 'docs/redshift-statements.md', text: renderStatements() },
    ...Object.entries(DOCUMENT_SCHEMAS).map(([name, schema]) => ({ path: `libs/layout/schemas/${name}.json`, text: `${JSON.stringify(schema, null, 2)}\n` })),
    { path: 'libs/cli-kit/schemas/failure.json', text: `${JSON.stringify(FAILURE_SCHEMA, null, 2)}\n` },
    ...FILE_KINDS.map((kind) => ({ path: `libs/config/schemas/${kind}.schema.json`, text: `${JSON.stringify(publishedSchema(kind), null, 2)}\n` })),
    { path: 'libs/config/schemas/redshift_keys.schema.json', text: `${JSON.stringify(REDSHIFT_KEYS_SCHEMA, null, 2)}\n` },
  ];
}
