import { isDeepStrictEqual } from 'node:util';
import type { TableTask } from '@tidemark/domain';
import { LayoutError } from '../errors.ts';
import { tableId } from '../table-id.ts';
import { FORMAT_VERSION } from './format-version.ts';
import type { JsonSchema } from './json-schema.ts';
import { violation } from './validate.ts';

/** One kind of stored document: its schema and the codes of its errors. */
export interface DocumentKind {
  /** As it stands in messages: `watermark`. */
  readonly title: string;
  readonly schema: JsonSchema;
  readonly corrupt: 'WATERMARK_CORRUPT' | 'MANIFEST_CORRUPT' | 'LEASE_CORRUPT' | 'HISTORY_CORRUPT' | 'QUARANTINE_CORRUPT' | 'TOMBSTONE_CORRUPT';
  readonly foreign: 'WATERMARK_FOREIGN' | 'MANIFEST_FOREIGN' | 'LEASE_FOREIGN' | 'HISTORY_FOREIGN' | 'QUARANTINE_FOREIGN' | 'TOMBSTONE_FOREIGN';
}

/** Where a document was found and whose it must be. */
export interface DocumentPlace {
  readonly key: string;
  readonly task: TableTask;
}

/** JSON text of bytes that must be UTF-8; undefined when they are not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** The error for a document that cannot be read. */
export function corruptDocument(kind: Pick<DocumentKind, 'title'>, code: DocumentKind['corrupt'] | 'COPY_MANIFEST_CORRUPT', key: string, found: string): LayoutError {
  return new LayoutError(code, { message: `The ${kind.title} at ${key} cannot be read: ${found}.`, details: { key, found } });
}

/**
 * Reads a stored document: JSON, of a version that is known, of this task, fitting its schema. Checked in this order, so that
 * a newer document is never called corrupt.
 */
export function readDocument<T extends TableTask>(kind: DocumentKind, bytes: Uint8Array, { key, task }: DocumentPlace): T {
  const value = parseJson(bytes);
  if (value === undefined) throw corruptDocument(kind, kind.corrupt, key, bytes.length === 0 ? 'it is empty' : 'it is not JSON');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw corruptDocument(kind, kind.corrupt, key, 'it is not a JSON object');
  const version = (value as { format_version?: unknown }).format_version;
  if (typeof version === 'number' && Number.isInteger(version) && version > FORMAT_VERSION) {
    throw new LayoutError('LAYOUT_FORMAT_NEWER', { message: `The ${kind.title} at ${key} has format version ${version}; this version of Tidemark reads up to ${FORMAT_VERSION}.`, details: { key, found: version, supported: FORMAT_VERSION } });
  }
  const found = value as Partial<TableTask> & { readonly table_id?: unknown };
  const owner = { pipeline: found.pipeline, target: found.target, table: found.table };
  if (Object.values(owner).every((field) => typeof field === 'string') && !isDeepStrictEqual(owner, { pipeline: task.pipeline, target: task.target, table: task.table })) {
    throw new LayoutError(kind.foreign, {
      message: `The ${kind.title} at ${key} is that of ${taskText(owner as TableTask)}, not of ${taskText(task)}.`,
      details: { key, found: owner, expected: { pipeline: task.pipeline, target: task.target, table: task.table } },
    });
  }
  const wrong = violation(kind.schema, value);
  if (wrong !== null) throw corruptDocument(kind, kind.corrupt, key, wrong);
  if (found.table_id !== undefined && found.table_id !== tableId(task)) throw corruptDocument(kind, kind.corrupt, key, '/table_id is not that of the named table');
  return value as T;
}

/** `pipeline/target/CONNECTION:schema.table`. */
export function taskText(task: TableTask): string {
  return `${task.pipeline}/${task.target}/${task.table}`;
}
