import parquetUtil from '@dsnp/parquetjs/dist/lib/util.js';
import type * as Thrift from '@dsnp/parquetjs/dist/gen-nodejs/parquet_types.js';
import thrift from '@dsnp/parquetjs/dist/gen-nodejs/parquet_types.js';

/** The footer of a file, taken from its end as the format says. */
export function footerOf(file: Uint8Array): Thrift.FileMetaData {
  const buffer = Buffer.from(file);
  if (buffer.toString('latin1', 0, 4) !== 'PAR1' || buffer.toString('latin1', buffer.length - 4) !== 'PAR1') throw new Error('not a Parquet file');
  const length = buffer.readUInt32LE(buffer.length - 8);
  const footer = new thrift.FileMetaData();
  const read = parquetUtil.decodeThrift(footer, buffer.subarray(buffer.length - 8 - length, buffer.length - 8));
  if (read !== length) throw new Error(`footer of ${length} bytes read in ${read}`);
  return footer;
}

export interface PageAt {
  readonly header: Thrift.PageHeader;
  readonly headerBytes: number;
  readonly body: Buffer;
}

/** The pages between two offsets; they must fill the space. */
export function pagesBetween(file: Uint8Array, from: number, to: number): PageAt[] {
  const buffer = Buffer.from(file);
  const pages: PageAt[] = [];
  let at = from;
  while (at < to) {
    const header = new thrift.PageHeader();
    const headerBytes = parquetUtil.decodeThrift(header, buffer, at);
    const bodyFrom = at + headerBytes;
    at = bodyFrom + header.compressed_page_size;
    pages.push({ header, headerBytes, body: buffer.subarray(bodyFrom, at) });
  }
  if (at !== to) throw new Error(`pages end at ${at} instead of ${to}`);
  return pages;
}
