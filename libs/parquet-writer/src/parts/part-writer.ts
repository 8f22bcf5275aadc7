import type { ColumnBatch, StagedPart } from '@tidemark/domain';
import { ParquetError } from '../errors.ts';
import { fileSchema } from '../file/file-schema.ts';
import type { Compression } from '../pages/codec.ts';
import type { SinkOpener } from '../ports.ts';
import type { EncoderThreads } from '../threads/encoder-threads.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import { StreamingPartWriter } from './streaming-part-writer.ts';

export interface PartWriterOptions {
  readonly openSink: SinkOpener;
  readonly columns: readonly ParquetColumn[];
  /** Object key of a part, numbered from 0. */
  readonly keyOf: (part: number) => string;
  /** Size that a part shall have, in bytes of the file. */
  readonly targetFileBytes: number;
  /** Most rows of a part; by default there is no limit. */
  readonly maxFileRows?: number | null;
  readonly compression: Compression;
  /** Threads that encode; by default the calling thread does. */
  readonly threads?: EncoderThreads;
}

/**
 * Writes one batch's parts, one call at a time. Until `finish` resolves nothing counts.
 *
 * After a rejection the writer is dead: every later call rejects with the same error, and the open uploads are being
 * given up; `abort` waits for that.
 */
export interface PartWriter {
  /**
   * Takes rows and their memory for good: the caller must neither change nor read it any more. A batch is released when its rows are encoded.
   * @throws ParquetError `PARQUET_BATCH_INVALID`, and whatever a sink rejects with, one that closes in the background included
   */
  write(batch: ColumnBatch): Promise<void>;
  /**
   * Writes what is left. Every part is durable on return; without rows there is none.
   * @throws ParquetError `PARQUET_SINK_SIZE_MISMATCH`, and whatever a sink rejects with
   */
  finish(): Promise<readonly StagedPart[]>;
  /**
   * Gives up open uploads; a call that is running rejects with `PARQUET_ABORTED`. After `finish` it does nothing. May be repeated.
   * @throws ParquetError `PARQUET_ABORT_FAILED` when an upload could not be given up
   */
  abort(): Promise<void>;
}

/**
 * Opens a writer for one batch's parts.
 * @throws ParquetError `PARQUET_REQUEST_INVALID` when the columns cannot make a file, or a limit is not a whole number above 0
 */
export function createPartWriter({ threads, ...options }: PartWriterOptions): PartWriter {
  mustBePositive('target size of a part', options.targetFileBytes);
  if (options.maxFileRows !== undefined && options.maxFileRows !== null) mustBePositive('most rows of a part', options.maxFileRows);
  fileSchema(options.columns);
  return threads === undefined ? new StreamingPartWriter(options) : threads.openPartWriter(options);
}

function mustBePositive(what: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new ParquetError('PARQUET_REQUEST_INVALID', { message: `The ${what} is ${value}; it must be a whole number above 0.` });
}
