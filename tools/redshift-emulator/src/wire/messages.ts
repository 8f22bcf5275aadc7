import type { SqlError } from './sql-error.ts';

/** Frames a body as a typed protocol message. */
export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const bodyBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.alloc(5);
  header.write(type, 0, 'latin1');
  header.writeInt32BE(bodyBytes + 4, 1);
  return Buffer.concat([header, ...parts]);
}

export const cString = (text: string): Buffer => Buffer.from(`${text}\0`);
export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
export const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};

/** I idle, T in a transaction block, E in a failed one. */
export type TransactionStatus = 'I' | 'T' | 'E';

export const readyForQuery = (status: TransactionStatus): Buffer => message('Z', Buffer.from(status));
export const commandComplete = (tag: string): Buffer => message('C', cString(tag));
export const simpleQuery = (sql: string): Buffer => message('Q', cString(sql));
export const SYNC = message('S');

/** Field letters of ErrorResponse and NoticeResponse that Redshift sends. */
function report(type: 'E' | 'N', severity: string, code: string, text: string, detail: string | undefined): Buffer {
  const fields = [`S${severity}`, `C${code}`, `M${text}`];
  if (detail !== undefined) fields.push(`D${detail}`);
  return message(type, ...fields.map(cString), Buffer.alloc(1));
}

export const errorResponse = (error: SqlError): Buffer => report('E', error.fatal ? 'FATAL' : 'ERROR', error.code, error.message, error.detail);

export function noticeResponse(severity: 'INFO' | 'NOTICE' | 'WARNING', text: string, code = '00000'): Buffer {
  return report('N', severity, code, text, undefined);
}

/** Reads the fields of an ErrorResponse or NoticeResponse. */
export function reportFields(body: Buffer): Map<string, string> {
  const fields = new Map<string, string>();
  let start = 0;
  while (start < body.length && body[start] !== 0) {
    const end = body.indexOf(0, start);
    fields.set(String.fromCharCode(body[start]!), body.toString('utf8', start + 1, end));
    start = end + 1;
  }
  return fields;
}

/** One column of a result made by the emulator itself; all values are sent as text. */
export interface ResultColumn {
  readonly name: string;
  readonly typeOid: number;
}

export function rowDescription(columns: readonly ResultColumn[]): Buffer {
  const parts = columns.flatMap((column) => [cString(column.name), int32(0), int16(0), int32(column.typeOid), int16(-1), int32(-1), int16(0)]);
  return message('T', int16(columns.length), ...parts);
}

export function dataRow(values: readonly (string | null)[]): Buffer {
  const parts = values.flatMap((value) => {
    if (value === null) return [int32(-1)];
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  return message('D', int16(values.length), ...parts);
}

/** The text values of a DataRow. */
export function dataRowValues(body: Buffer): (string | null)[] {
  const values: (string | null)[] = [];
  let offset = 2;
  for (let left = body.readInt16BE(0); left > 0; left -= 1) {
    const length = body.readInt32BE(offset);
    offset += 4;
    values.push(length < 0 ? null : body.toString('utf8', offset, offset + length));
    if (length > 0) offset += length;
  }
  return values;
}
