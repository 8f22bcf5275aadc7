import type { PolicyName, QuarantinedRow, TableTask } from '@tidemark/domain';
import { arrayOf, count, DRAFT, literalsOf, name, nullable, objectOf, positive, SCHEMA_BASE, tableIdText, textMap, writeId, type JsonSchema } from './json-schema.ts';
import { corruptDocument, parseJson, readDocument, type DocumentKind, type DocumentPlace } from './read-document.ts';
import { violation } from './validate.ts';
import { invalidDocument, writeDocument } from './write-document.ts';

/** The first line of a quarantine object; a line for every row follows. */
export interface QuarantineHeader extends TableTask {
  readonly format_version: 1;
  readonly write_id: string;
  readonly table_id: string;
  readonly batch_id: string;
  readonly epoch: number;
  readonly seq: number;
  readonly generation: number;
  readonly run_id: string;
  /** Lines that follow. */
  readonly rows: number;
}

/** The rows of a batch that were set aside. */
export interface QuarantineDocument {
  readonly header: QuarantineHeader;
  readonly rows: readonly QuarantinedRow[];
}

/** JSON Schema of the first line of a quarantine object, format version 1. */
export const QUARANTINE_SCHEMA: JsonSchema = {
  $schema: DRAFT,
  $id: `${SCHEMA_BASE}quarantine-1.json`,
  title: 'Tidemark quarantine',
  ...objectOf<QuarantineHeader>({
    format_version: { const: 1 }, write_id: writeId, pipeline: name, target: name, table: name, table_id: tableIdText, batch_id: name, epoch: positive, seq: positive, generation: count, run_id: name, rows: positive,
  }),
};

const row = objectOf<QuarantinedRow>({
  key: { ...textMap, minProperties: 1 },
  column: nullable(name),
  code: name,
  policy: nullable(literalsOf<PolicyName>({ zero_date: true, oversize_string: true, oversize_binary: true, invalid_utf8: true, nul_byte: true })),
  found: name,
});

/** JSON Schema of every other line. */
export const QUARANTINED_ROW_SCHEMA: JsonSchema = { $schema: DRAFT, $id: `${SCHEMA_BASE}quarantined-row-1.json`, title: 'Tidemark quarantined row', ...row };

const ROWS: JsonSchema = arrayOf(row);
const QUARANTINE: DocumentKind = { title: 'quarantine', schema: QUARANTINE_SCHEMA, corrupt: 'QUARANTINE_CORRUPT', foreign: 'QUARANTINE_FOREIGN' };
const NEWLINE = 0x0a;

/**
 * The bytes of a quarantine object: JSON lines in UTF-8.
 * @throws LayoutError `LAYOUT_DOCUMENT_INVALID`
 */
export function encodeQuarantine({ header, rows }: QuarantineDocument): Uint8Array {
  const wrong = header.rows === rows.length ? violation(ROWS, rows) : `it has ${rows.length} rows and says ${header.rows}`;
  if (wrong !== null) throw invalidDocument(QUARANTINE, wrong);
  const first = JSON.stringify(parseJson(writeDocument(QUARANTINE, header, null)));
  return Buffer.from(`${[first, ...rows.map((row) => JSON.stringify(row))].join('\n')}\n`);
}

/**
 * Reads a quarantine object whole, or not at all.
 * @throws LayoutError `LAYOUT_FORMAT_NEWER`, `QUARANTINE_CORRUPT`, `QUARANTINE_FOREIGN`
 */
export function decodeQuarantine(bytes: Uint8Array, place: DocumentPlace): QuarantineDocument {
  const end = bytes.indexOf(NEWLINE);
  const header = readDocument<QuarantineHeader>(QUARANTINE, end < 0 ? bytes : bytes.subarray(0, end), place);
  const lines = new TextDecoder('utf-8').decode(bytes.subarray(end + 1)).split('\n');
  const corrupt = (found: string) => corruptDocument(QUARANTINE, 'QUARANTINE_CORRUPT', place.key, found);
  if (end < 0 || lines.pop() !== '') throw corrupt('its last line is cut');
  if (lines.length !== header.rows) throw corrupt(`it has ${lines.length} rows and says ${header.rows}`);
  const rows = lines.map((line) => parseJson(Buffer.from(line)) as QuarantinedRow);
  const wrong = violation(ROWS, rows);
  if (wrong !== null) throw corrupt(wrong);
  return { header, rows };
}
