import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetRead, type FileMetaData } from 'hyparquet';
import type { TargetColumn } from './target-table.ts';

/** The texts of some columns of a file, without bad bytes, beside it. */
export interface CleanedText {
  /** A line of JSON per row: the columns as `c0`, `c1`, … of their places in the file. */
  readonly path: string;
  readonly indexes: readonly number[];
}

/** The well-formed sequence at `at`, in bytes; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (bytes[at + 1]! < least || bytes[at + 1]! > most) return 0;
  for (let next = at + 2; next < at + length; next++) if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  return length;
}

/** Every byte that belongs to no UTF-8 character becomes the replacement. https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html */
export function replaceBadBytes(bytes: Uint8Array, replacement: string): string {
  let text = '';
  let from = 0;
  let at = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += decoder.decode(bytes.subarray(from, at)) + replacement;
    at += 1;
    from = at;
  }
  return text + decoder.decode(bytes.subarray(from));
}

/** Reads a file's VARCHAR columns as bytes, whatever they are annotated as, and writes them without bad ones. */
export async function cleanText(path: string, metadata: FileMetaData, columns: readonly TargetColumn[], replacement: string, output: string): Promise<CleanedText> {
  const indexes = columns.flatMap(({ family }, index) => (family === 'varchar' ? [index] : []));
  const file = await readFile(path);
  const plain = { ...metadata, schema: metadata.schema.map((element) => (element.type === 'BYTE_ARRAY' ? { ...element, converted_type: undefined, logical_type: undefined } : element)) } as FileMetaData;
  let rows: unknown[][] = [];
  await parquetRead({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer, metadata: plain, utf8: false, rowFormat: 'array',
    compressors: { GZIP: (input: Uint8Array) => gunzipSync(input), ZSTD: (input: Uint8Array) => zstdDecompressSync(input) },
    onComplete: (all: unknown[]) => {
      rows = all as unknown[][];
    },
  });
  const line = (row: unknown[]): string => `${JSON.stringify(Object.fromEntries(indexes.map((index) => [`c${index}`, row[index] instanceof Uint8Array ? replaceBadBytes(row[index], replacement) : null])))}\n`;
  await pipeline(Readable.from(rows.map(line)), createWriteStream(output));
  return { path: output, indexes };
}
