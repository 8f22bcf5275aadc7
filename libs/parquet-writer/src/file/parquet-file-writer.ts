import { createHash } from 'node:crypto';
import { ParquetError } from '../errors.ts';
import { codecOf, type Compression } from '../pages/codec.ts';
import { rowGroupEncoder, type EncodedRowGroup, type RowGroupEncoder } from '../pages/row-group-encoder.ts';
import type { ByteSink } from '../ports.ts';
import { checkBatch } from '../values/check-batch.ts';
import { giveUp } from '../values/give-up.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import type { RowRange } from '../values/row-range.ts';
import { Envelope } from './envelope.ts';

export interface ParquetFileOptions {
  readonly sink: ByteSink;
  readonly columns: readonly ParquetColumn[];
  readonly compression: Compression;
  /** Encodes the row groups; by default in the calling thread. It must encode the same columns with the same compression. */
  readonly encoder?: RowGroupEncoder;
}

/** A file that its sink has made durable. */
export interface WrittenFile {
  readonly etag: string;
  readonly byteLength: number;
  /** Hex. */
  readonly sha256: string;
  readonly rowCount: number;
}

/**
 * Writes one Parquet file to a sink, row group by row group, without ever holding more than one of them.
 *
 * One call at a time. After a rejection the file is lost: abort the sink.
 */
export class ParquetFileWriter {
  readonly #sink: ByteSink;
  readonly #columns: readonly ParquetColumn[];
  readonly #encoder: RowGroupEncoder;
  readonly #envelope: Envelope;
  readonly #sha256 = createHash('sha256');

  /** @throws ParquetError `PARQUET_REQUEST_INVALID` when the columns cannot make a file */
  constructor(options: ParquetFileOptions) {
    this.#sink = options.sink;
    this.#columns = options.columns;
    this.#encoder = options.encoder ?? rowGroupEncoder(options.columns, options.compression);
    this.#envelope = new Envelope(options.columns, codecOf(options.compression));
    this.#envelope.writeHeader();
  }

  /** Bytes of the file so far, without its footer. */
  get byteLength(): number {
    return this.#envelope.byteLength;
  }

  get rowCount(): number {
    return this.#envelope.rowCount.valueOf();
  }

  /**
   * Encodes consecutive rows as one row group and hands it to the sink. Ranges without rows are passed over.
   * @throws ParquetError `PARQUET_BATCH_INVALID`, and whatever the sink rejects with
   */
  async writeRowGroup(ranges: readonly RowRange[]): Promise<void> {
    for (const range of ranges) checkBatch(this.#columns, range);
    const filled = ranges.filter((range) => range.rowCount > 0);
    if (filled.length > 0) await this.appendRowGroup(await this.#encoder.encode(filled));
  }

  /** Appends a row group that was encoded for the same columns and compression. */
  async appendRowGroup(group: EncodedRowGroup): Promise<void> {
    this.#envelope.appendRowGroup(group);
    await this.#send();
  }

  /**
   * Writes the footer and closes the sink: the file is durable on return.
   * @throws ParquetError `PARQUET_SINK_SIZE_MISMATCH` when the sink stored another number of bytes, and whatever the sink rejects with
   */
  async close(): Promise<WrittenFile> {
    this.#envelope.writeFooter();
    await this.#send();
    const stored = await this.#sink.close();
    if (stored.byteLength !== this.byteLength) {
      throw new ParquetError('PARQUET_SINK_SIZE_MISMATCH', {
        message: `The sink stored ${stored.byteLength} bytes of a file of ${this.byteLength}.`,
        details: { written: this.byteLength, stored: stored.byteLength },
      });
    }
    return { etag: stored.etag, byteLength: stored.byteLength, sha256: this.#sha256.digest('hex'), rowCount: this.rowCount };
  }

  async #send(): Promise<void> {
    for (const section of this.#envelope.takeSections()) {
      this.#sha256.update(section);
      await this.#sink.write(section);
      if (this.#sink.keepsNothing === true) giveUp(section);
    }
  }
}
