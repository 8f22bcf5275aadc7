import type { LeaseDocument } from '@tidemark/domain';
import { LEASE_SCHEMA } from './lease-schema.ts';
import { readDocument, type DocumentKind, type DocumentPlace } from './read-document.ts';
import { writeDocument } from './write-document.ts';

const LEASE: DocumentKind = { title: 'lease', schema: LEASE_SCHEMA, corrupt: 'LEASE_CORRUPT', foreign: 'LEASE_FOREIGN' };

/**
 * Reads a stored lease, fields of newer writers included.
 * @throws LayoutError `LAYOUT_FORMAT_NEWER`, `LEASE_CORRUPT`, `LEASE_FOREIGN`
 */
export function decodeLease(bytes: Uint8Array, place: DocumentPlace): LeaseDocument {
  return readDocument<LeaseDocument>(LEASE, bytes, place);
}

/**
 * The bytes of a lease.
 * @param previous the version that it replaces, whose unknown fields are kept; null for a new one
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID`
 */
export function encodeLease(document: LeaseDocument, previous: LeaseDocument | null): Uint8Array {
  return writeDocument(LEASE, document, previous);
}
