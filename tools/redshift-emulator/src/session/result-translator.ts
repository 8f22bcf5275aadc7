import { fullName } from '../sql/identifiers.ts';
import type { WireMessage } from '../wire/message-reader.ts';
import { message, noticeResponse, reportFields } from '../wire/messages.ts';
import { redshiftText } from './translate-error.ts';

/** Type ids of the backing database's own types. */
export interface BackendTypes {
  readonly varchar: number;
  readonly super: number;
  readonly varbyte: number;
}

/** Type ids Redshift sends. */
const REDSHIFT_OIDS = { varchar: 1043, super: 4000, varbyte: 6551 } as const;

function redshiftOid(oid: number, types: BackendTypes): number {
  if (oid === types.varchar) return REDSHIFT_OIDS.varchar;
  if (oid === types.super) return REDSHIFT_OIDS.super;
  return oid === types.varbyte ? REDSHIFT_OIDS.varbyte : oid;
}

/** A RowDescription with Redshift's type ids and names; `varbytes` are the columns whose text form differs. */
export function translateRowDescription(body: Buffer, types: BackendTypes, formats: readonly number[] = []): { bytes: Buffer; varbytes: number[] } {
  const count = body.readInt16BE(0);
  const parts: Buffer[] = [body.subarray(0, 2)];
  const varbytes: number[] = [];
  let offset = 2;
  for (let column = 0; column < count; column += 1) {
    const end = body.indexOf(0, offset);
    const name = fullName(body.toString('utf8', offset, end));
    const fixed = Buffer.from(body.subarray(end + 1, end + 19));
    const oid = fixed.readUInt32BE(6);
    const format = formats.length === 0 ? fixed.readInt16BE(16) : formats[formats.length === 1 ? 0 : column]!;
    if (oid === types.varbyte && format === 0) varbytes.push(column);
    fixed.writeUInt32BE(redshiftOid(oid, types), 6);
    fixed.writeInt16BE(format, 16);
    parts.push(Buffer.from(`${name}\0`), fixed);
    offset = end + 19;
  }
  return { bytes: message('T', ...parts), varbytes };
}

/** ParameterDescription with Redshift's type ids. */
export function translateParameterDescription(body: Buffer, types: BackendTypes): Buffer {
  const copy = Buffer.from(body);
  for (let index = 0; index < copy.readInt16BE(0); index += 1) copy.writeUInt32BE(redshiftOid(copy.readUInt32BE(2 + index * 4), types), 2 + index * 4);
  return message('t', copy);
}

/** A DataRow whose VARBYTE values show hex digits without PostgreSQL's `\x`. */
export function translateDataRow(body: Buffer, varbytes: readonly number[]): Buffer {
  if (varbytes.length === 0) return message('D', body);
  const parts: Buffer[] = [body.subarray(0, 2)];
  let offset = 2;
  for (let column = 0; column < body.readInt16BE(0); column += 1) {
    const length = body.readInt32BE(offset);
    const value = length < 0 ? Buffer.alloc(0) : body.subarray(offset + 4, offset + 4 + length);
    const stripped = varbytes.includes(column) && length >= 2 ? value.subarray(2) : value;
    const header = Buffer.alloc(4);
    header.writeInt32BE(length < 0 ? -1 : stripped.length);
    parts.push(header, stripped);
    offset += 4 + Math.max(length, 0);
  }
  return message('D', ...parts);
}

/** Notices of the backing server in Redshift's words; undefined for those Redshift does not give. */
export function translateNotice(notice: WireMessage): Buffer | undefined {
  const fields = reportFields(notice.body);
  const text = redshiftText(fields.get('M') ?? '');
  const skipped = /^(table|relation) ("[^"]*") (does not exist|already exists), skipping$/.exec(text);
  if (skipped !== null) return noticeResponse('INFO', `${skipped[1] === 'table' ? 'Table' : 'Relation'} ${skipped[2]} ${skipped[3]} and will be skipped`);
  if (fields.get('S') === 'WARNING') return noticeResponse('WARNING', text, fields.get('C') ?? '01000');
  return undefined;
}
