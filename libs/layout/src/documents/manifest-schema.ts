import type { BatchManifest, FrozenBatch, FrozenScd2, LoadMode, StagedPart } from '@tidemark/domain';
import { arrayOf, boolean, count, DRAFT, instant, literalsOf, name, nullable, objectOf, positive, SCHEMA_BASE, sha256, tableIdText, text, textMap, writeId, type JsonSchema } from './json-schema.ts';
import { frozenShapeSchema } from './frozen-shape-schema.ts';
import { boundSchema, positionSchema } from './position-schema.ts';
import { policyCountSchema, stagedColumnSchema } from './staged-column-schema.ts';

const part = objectOf<StagedPart>({ key: name, etag: name, bytes: count, sha256, rows: count });

const scd2 = objectOf<FrozenScd2>({
  tracked: arrayOf(name),
  effective: nullable(name),
  first_valid_from: nullable(name),
  expire_missing: boolean,
  max_expire_percent: { type: 'number', minimum: 0, maximum: 100 },
  columns: objectOf<FrozenScd2['columns']>({ key: name, from: name, to: name, current: name, hash: name }),
});

const frozen = objectOf<FrozenBatch>({
  schema_fingerprint: name,
  columns: arrayOf(stagedColumnSchema),
  column_mapping: textMap,
  mode: literalsOf<LoadMode>({ append: true, merge: true, replace: true, scd2: true }),
  keys: arrayOf(name),
  version_columns: arrayOf(name),
  target: objectOf<FrozenBatch['target']>({ schema: name, table: name, work_schema: name }),
  shape: frozenShapeSchema,
  hash_key: name,
  swap: literalsOf<NonNullable<FrozenBatch['swap']>>({ delete_insert: true, rename: true }),
  scd2,
  pre_sql: arrayOf(name),
  post_sql: arrayOf(name),
}, ['shape', 'hash_key', 'swap', 'scd2', 'pre_sql', 'post_sql']);

/** JSON Schema of the stored manifest, format version 1. */
export const MANIFEST_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}manifest-1.json`,
  title: 'Tidemark batch manifest',
  ...objectOf<BatchManifest>({
    format_version: { const: 1 },
    write_id: writeId,
    kind: literalsOf<BatchManifest['kind']>({ rows: true, keys: true, changes: true }),
    advances: boolean,
    batch_id: name,
    table_id: tableIdText,
    pipeline: name,
    target: name,
    table: name,
    epoch: positive,
    seq: positive,
    generation: count,
    run_id: name,
    batch_ts: instant,
    snapshot: nullable(objectOf<NonNullable<BatchManifest['snapshot']>>({ id: name, final: boolean })),
    range: objectOf<BatchManifest['range']>({ after: positionSchema, up_to: positionSchema, below: nullable(text) }),
    first_load_mark: boundSchema,
    counts: objectOf<BatchManifest['counts']>({ rows: count, quarantined: count, bytes: count, policies: arrayOf(policyCountSchema) }),
    parts: arrayOf(part),
    requeues: arrayOf(positive),
    quarantine: nullable(objectOf<NonNullable<BatchManifest['quarantine']>>({ key: name, rows: count })),
    frozen,
    previous_manifest_sha256: nullable(sha256),
  }, ['first_load_mark', 'requeues']),
};
