import { Encoding, PageType } from '../file/parquet-library.ts';

/** What a page's header says beside its sizes. */
export interface PageKind {
  readonly type: 'dictionary' | 'data';
  /** Values of the page, NULLs among them. */
  readonly valueCount: number;
  /** Of the values. */
  readonly encoding: Encoding;
}

/** Six fields of five bytes and their numbers. */
const MOST_BYTES = 48;
/** https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md#struct-encoding */
const I32 = 5;
const STRUCT = 12;
const STOP = 0;

/**
 * A page header in Thrift's compact protocol, with levels in RLE.
 *
 * The library's serializer writes the same bytes and takes a hundred times as long, which for a header per page is as much as compressing
 * a third of the pages. https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (PageHeader)
 */
export function encodePageHeader({ type, valueCount, encoding }: PageKind, plainBytes: number, compressedBytes: number): Uint8Array {
  const header = new StructWriter(Buffer.allocUnsafe(MOST_BYTES));
  const isDictionary = type === 'dictionary';
  header.i32(1, isDictionary ? PageType.DICTIONARY_PAGE : PageType.DATA_PAGE);
  header.i32(1, plainBytes);
  header.i32(1, compressedBytes);
  header.field(isDictionary ? 4 : 2, STRUCT);
  header.i32(1, valueCount);
  header.i32(1, encoding);
  if (!isDictionary) {
    header.i32(1, Encoding.RLE);
    header.i32(1, Encoding.RLE);
  }
  header.stop();
  header.stop();
  return header.written();
}

class StructWriter {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @param step from the number of the field before, 0 for the first, to this one's */
  field(step: number, type: number): void {
    this.#bytes[this.#at++] = (step << 4) | type;
  }

  /** A field of 31 bits, zigzagged: an even number in groups of seven bits, the lowest first. */
  i32(step: number, value: number): void {
    this.field(step, I32);
    let rest = value * 2;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128;
    this.#bytes[this.#at++] = rest;
  }

  stop(): void {
    this.#bytes[this.#at++] = STOP;
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}
