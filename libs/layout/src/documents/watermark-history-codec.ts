import { readDocument, type DocumentKind, type DocumentPlace } from './read-document.ts';
import { WATERMARK_HISTORY_SCHEMA, type WatermarkHistoryEntry } from './watermark-history-entry.ts';
import { writeDocument } from './write-document.ts';

const HISTORY: DocumentKind = { title: 'watermark history entry', schema: WATERMARK_HISTORY_SCHEMA, corrupt: 'HISTORY_CORRUPT', foreign: 'HISTORY_FOREIGN' };

/**
 * Reads an entry of a watermark's history.
 * @throws LayoutError `LAYOUT_FORMAT_NEWER`, `HISTORY_CORRUPT`, `HISTORY_FOREIGN`
 */
export function decodeWatermarkHistory(bytes: Uint8Array, place: DocumentPlace): WatermarkHistoryEntry {
  return readDocument<WatermarkHistoryEntry>(HISTORY, bytes, place);
}

/**
 * The bytes of an entry, which is written once.
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID`
 */
export function encodeWatermarkHistory(entry: WatermarkHistoryEntry): Uint8Array {
  return writeDocument(HISTORY, entry, null);
}
