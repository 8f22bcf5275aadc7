import { S3Error } from '../errors.ts';

/** Bytes from `start` to before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a Range header of one range. Text of another form asks for nothing, as RFC 9110 has it.
 *
 * @throws S3Error `InvalidRange` when no byte of the object is in it, `NotImplemented` for several ranges
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  if (header.includes(',')) throw new S3Error('NotImplemented', { details: { Header: 'Range' } });
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start >= end) throw new S3Error('InvalidRange', { details: { RangeRequested: header, ActualObjectSize: String(size) }, headers: { 'content-range': `bytes */${size}` } });
  return { start, end };
}
