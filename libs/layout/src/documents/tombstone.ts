import { arrayOf, DRAFT, instant, name, objectOf, positive, SCHEMA_BASE, sha256, tableIdText, writeId, type JsonSchema } from './json-schema.ts';
import { readDocument, type DocumentKind, type DocumentPlace } from './read-document.ts';
import { writeDocument } from './write-document.ts';

/** Says that the parts of a loaded batch are being removed, or have been. Written before the first of them goes. */
export interface Tombstone {
  readonly format_version: 1;
  readonly write_id: string;
  readonly pipeline: string;
  readonly target: string;
  readonly table: string;
  readonly table_id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly batch_id: string;
  /** Of the batch's manifest. */
  readonly manifest_sha256: string;
  /** Keys of the batch's parts. */
  readonly parts: readonly string[];
  /** Generation of the lease under which they go. */
  readonly generation: number;
  /** UTC, ISO 8601. */
  readonly at: string;
}

/** JSON Schema of a tombstone, format version 1. */
export const TOMBSTONE_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}tombstone-1.json`,
  title: 'Tidemark tombstone',
  ...objectOf<Tombstone>({
    format_version: { const: 1 },
    write_id: writeId,
    pipeline: name,
    target: name,
    table: name,
    table_id: tableIdText,
    epoch: positive,
    seq: positive,
    batch_id: name,
    manifest_sha256: sha256,
    parts: arrayOf(name),
    generation: positive,
    at: instant,
  }),
};

const TOMBSTONE: DocumentKind = { title: 'tombstone', schema: TOMBSTONE_SCHEMA, corrupt: 'TOMBSTONE_CORRUPT', foreign: 'TOMBSTONE_FOREIGN' };

/**
 * Reads a tombstone.
 * @throws LayoutError `LAYOUT_FORMAT_NEWER`, `TOMBSTONE_CORRUPT`, `TOMBSTONE_FOREIGN`
 */
export function decodeTombstone(bytes: Uint8Array, place: DocumentPlace): Tombstone {
  return readDocument<Tombstone>(TOMBSTONE, bytes, place);
}

/**
 * The bytes of a tombstone.
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID`
 */
export function encodeTombstone(tombstone: Tombstone): Uint8Array {
  return writeDocument(TOMBSTONE, tombstone, null);
}
