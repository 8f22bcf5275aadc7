import type { WatermarkDocument } from '@tidemark/domain';
import { count, DRAFT, instant, name, nullable, objectOf, positive, SCHEMA_BASE, tableIdText, text, writeId, type JsonSchema } from './json-schema.ts';
import { WATERMARK_SCHEMA } from './watermark-schema.ts';

/** What a write that began an epoch changed. Stored before the watermark itself. */
export interface WatermarkHistoryEntry {
  readonly format_version: 1;
  /** That of `after`. */
  readonly write_id: string;
  readonly pipeline: string;
  readonly target: string;
  readonly table: string;
  readonly table_id: string;
  /** The epoch that began. */
  readonly epoch: number;
  readonly generation: number;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** The watermark as it was; null when the table had none. */
  readonly before: WatermarkDocument | null;
  readonly after: WatermarkDocument;
  /** Base64 of the bytes that stood in the place of the watermark and could not be read. */
  readonly unreadable_before?: string;
}

const { $schema: _schema, $id: _id, title: _title, ...watermark } = WATERMARK_SCHEMA;

/** JSON Schema of an entry of a watermark's history, format version 1. */
export const WATERMARK_HISTORY_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}watermark-history-1.json`,
  title: 'Tidemark watermark history entry',
  ...objectOf<WatermarkHistoryEntry>({
    format_version: { const: 1 },
    write_id: writeId,
    pipeline: name,
    target: name,
    table: name,
    table_id: tableIdText,
    epoch: positive,
    generation: count,
    at: instant,
    before: nullable(watermark),
    after: watermark,
    unreadable_before: text,
  }, ['unreadable_before']),
};
