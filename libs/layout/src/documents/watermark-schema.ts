import type { Progress, ReadingRule, StageState, StageStatus, WatermarkDocument } from '@tidemark/domain';
import { knownSchemaSchema } from './frozen-shape-schema.ts';
import { boundSchema, positionSchema } from './position-schema.ts';
import { boolean, count, DRAFT, instant, literalsOf, name, nullable, objectOf, positive, SCHEMA_BASE, sha256, tableIdText, text, textMap, writeId, type JsonSchema } from './json-schema.ts';

const stage = objectOf<StageState>({
  status: literalsOf<StageStatus>({ pending: true, in_progress: true, success: true, failed: true }),
  total_rows: count,
  last_session_rows: count,
  last_session_run_id: nullable(text),
  total_files: count,
  last_updated: nullable(instant),
  error: nullable(objectOf<NonNullable<StageState['error']>>({ code: name, message: text })),
});

const progress = objectOf<Progress>({ seq: count, position: positionSchema, manifest_sha256: nullable(sha256) });

/** JSON Schema of the stored watermark, format version 1. */
export const WATERMARK_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}watermark-1.json`,
  title: 'Tidemark watermark',
  ...objectOf<WatermarkDocument>({
    format_version: { const: 1 },
    write_id: writeId,
    pipeline: name,
    target: name,
    table: name,
    table_id: tableIdText,
    epoch: positive,
    generation: count,
    phase: literalsOf<WatermarkDocument['phase']>({ first_load: true, incremental: true, snapshot: true }),
    first_load_mark: nullable(boundSchema),
    snapshot: nullable(objectOf<NonNullable<NonNullable<WatermarkDocument['snapshot']>>>({ id: name, final: boolean })),
    reading: nullable(objectOf<ReadingRule>({ epoch: positive, strategy: name, additional_where: nullable(text), custom_query: nullable(text) })),
    staged_through: progress,
    loaded_through: progress,
    source_id: nullable(text),
    target_oid: nullable(text),
    schema_fingerprint: nullable(text),
    schema: knownSchemaSchema,
    column_mapping: textMap,
    hash_key: name,
    mysql_state: stage,
    redshift_state: stage,
    run_id: nullable(text),
    updated_at: instant,
  }, ['schema', 'hash_key', 'snapshot', 'reading']),
};
