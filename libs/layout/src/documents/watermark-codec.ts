import type { WatermarkDocument } from '@tidemark/domain';
import { readDocument, type DocumentKind, type DocumentPlace } from './read-document.ts';
import { WATERMARK_SCHEMA } from './watermark-schema.ts';
import { writeDocument } from './write-document.ts';

const WATERMARK: DocumentKind = { title: 'watermark', schema: WATERMARK_SCHEMA, corrupt: 'WATERMARK_CORRUPT', foreign: 'WATERMARK_FOREIGN' };

/**
 * Reads a stored watermark, fields of newer writers included.
 * @throws LayoutError `LAYOUT_FORMAT_NEWER`, `WATERMARK_CORRUPT`, `WATERMARK_FOREIGN`; never an empty watermark instead
 */
export function decodeWatermark(bytes: Uint8Array, place: DocumentPlace): WatermarkDocument {
  return readDocument<WatermarkDocument>(WATERMARK, bytes, place);
}

/**
 * The bytes of a watermark.
 * @param previous the version that it replaces, whose unknown fields are kept; null for a new one
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID`
 */
export function encodeWatermark(document: WatermarkDocument, previous: WatermarkDocument | null): Uint8Array {
  return writeDocument(WATERMARK, document, previous);
}
