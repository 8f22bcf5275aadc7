import type { TableTask } from '@tidemark/domain';
import { LayoutError } from '../errors.ts';
import { tableId } from '../table-id.ts';
import { keepUnknownFields } from './keep-unknown-fields.ts';
import type { DocumentKind } from './read-document.ts';
import { violation } from './validate.ts';

/** The error for a document that must not be written. */
export function invalidDocument(kind: Pick<DocumentKind, 'title'>, found: string): LayoutError {
  return new LayoutError('LAYOUT_DOCUMENT_INVALID', { message: `The ${kind.title} that was to be stored is not valid: ${found}.`, details: { found } });
}

/**
 * The bytes to store: indented JSON in UTF-8, the same for the same document.
 * @param previous the version that is replaced; its unknown fields are kept
 */
export function writeDocument<T extends TableTask>(kind: DocumentKind, document: T, previous: T | null): Uint8Array {
  const wrong = violation(kind.schema, document);
  if (wrong !== null) throw invalidDocument(kind, wrong);
  const { table_id: id } = document as { readonly table_id?: string };
  if (id !== undefined && id !== tableId(document)) throw invalidDocument(kind, '/table_id is not that of the named table');
  const merged = previous === null ? document : keepUnknownFields(kind.schema, previous, document);
  return Buffer.from(`${JSON.stringify(merged, null, 2)}\n`);
}
