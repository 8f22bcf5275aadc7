import type { ColumnBatch, StagedPart } from '@tidemark/domain';
import { ParquetError } from '../errors.ts';
import { fileSchema } from '../file/file-schema.ts';
import { ParquetFileWriter } from '../file/parquet-file-writer.ts';
import type { Compression } from '../pages/codec.ts';
import { rowGroupEncoder, type EncodedRowGroup, type RowGroupEncoder } from '../pages/row-group-encoder.ts';
import type { SinkOpener } from '../ports.ts';
import { checkBatch } from '../values/check-batch.ts';
import type { ParquetColumn } from '../values/parquet-column.ts';
import type { RowRange } from '../values/row-range.ts';
import { OpenUploads } from './open-uploads.ts';
import { partSizing, type PartSizing } from './part-sizing.ts';
import { RowGroupRoller } from './row-group-roller.ts';

export interface PartWriterOptions {
  readonly openSink: SinkOpener;
  readonly columns: readonly ParquetColumn[];
  /** Object key of a part, numbered from 0. */
  readonly keyOf: (part: number) => string;
  /** Size that a part shall have, in bytes of the file. */
  readonly targetFileBytes: number;
  readonly compression: Compression;
}

/**
 * Writes one batch's parts, one call at a time. Until `finish` resolves nothing counts.
 *
 * After a rejection the writer is dead: every later call rejects with the same error, and the open uploads are being
 * given up; `abort` waits for that.
 */
export interface PartWriter {
  /**
   * Takes rows, and their memory until the writer's end: the caller must not change it any more.
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
 * @throws ParquetError `PARQUET_REQUEST_INVALID` when the columns cannot make a file, or the target size is not a whole number of bytes above 0
 */
export function createPartWriter(options: PartWriterOptions): PartWriter {
  if (!Number.isSafeInteger(options.targetFileBytes) || options.targetFileBytes < 1) {
    throw new ParquetError('PARQUET_REQUEST_INVALID', { message: `The target size of a part is ${options.targetFileBytes}; it must be a whole number of bytes above 0.` });
  }
  fileSchema(options.columns);
  return new StreamingPartWriter(options, rowGroupEncoder(options.columns, options.compression));
}

interface OpenPart {
  readonly key: string;
  readonly file: ParquetFileWriter;
  lastRowGroupBytes: number;
}

class StreamingPartWriter implements PartWriter {
  readonly #options: PartWriterOptions;
  readonly #encoder: RowGroupEncoder;
  readonly #sizing: PartSizing;
  readonly #roller: RowGroupRoller;
  readonly #uploads: OpenUploads;
  readonly #parts: StagedPart[] = [];
  readonly #failure = Promise.withResolvers<never>();
  #ended: { readonly reason: unknown; readonly givenUp: Promise<readonly unknown[]> } | null = null;
  #finished = false;
  #busy = false;
  #partCount = 0;
  #part: OpenPart | null = null;
  /** Row groups behind a full part: they go into it if the batch ends, else into the next. */
  #held: EncodedRowGroup[] = [];
  #heldBytes = 0;
  #closing: Promise<void> = Promise.resolve();

  constructor(options: PartWriterOptions, encoder: RowGroupEncoder) {
    this.#options = options;
    this.#encoder = encoder;
    this.#sizing = partSizing(options.targetFileBytes);
    this.#roller = new RowGroupRoller(options.columns, this.#sizing.rowGroupBytes);
    this.#uploads = new OpenUploads(options.openSink);
    // A failure between two calls is thrown by the next one.
    this.#failure.promise.catch(() => undefined);
  }

  write(batch: ColumnBatch): Promise<void> {
    return this.#exclusively(async () => {
      checkBatch(this.#options.columns, batch);
      for (const ranges of this.#roller.add(batch)) await this.#place(ranges);
    });
  }

  finish(): Promise<readonly StagedPart[]> {
    return this.#exclusively(async () => {
      const rest = this.#roller.take();
      if (rest.length > 0) await this.#place(rest);
      await this.#appendHeld();
      if (this.#part !== null) await this.#closePart(this.#part);
      await this.#closing;
      this.#checkAlive();
      this.#finished = true;
      return this.#parts;
    });
  }

  async abort(): Promise<void> {
    if (this.#finished) return;
    const failures = await this.#end(new ParquetError('PARQUET_ABORTED', { message: 'The writing of parts was given up.' }));
    if (failures.length === 0) return;
    throw new ParquetError('PARQUET_ABORT_FAILED', {
      message: `${failures.length} open upload${failures.length === 1 ? '' : 's'} could not be given up.`,
      cause: failures.length === 1 ? failures[0] : new AggregateError(failures),
    });
  }

  /** Runs a call's work alone, and ends the writer when the work, or a part that closes beside it, fails. */
  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    this.#checkAlive();
    if (this.#busy || this.#finished) {
      throw new ParquetError('PARQUET_WRITER_MISUSED', { message: this.#busy ? 'The writer of parts was called while another call was running.' : 'The writer of parts was called after its end.' });
    }
    this.#busy = true;
    try {
      return await Promise.race([work(), this.#failure.promise]);
    } catch (error) {
      void this.#end(error);
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the writer for a reason, once, and returns what went wrong while uploads were given up. */
  #end(reason: unknown): Promise<readonly unknown[]> {
    if (this.#ended === null) {
      this.#ended = { reason, givenUp: this.#uploads.giveUp() };
      this.#failure.reject(reason);
      this.#held = [];
      this.#roller.take();
    }
    return this.#ended.givenUp;
  }

  #checkAlive(): void {
    if (this.#ended !== null) throw this.#ended.reason;
  }

  async #place(ranges: readonly RowRange[]): Promise<void> {
    const group = await this.#encoder.encode(ranges);
    this.#checkAlive();
    if (this.#part === null) this.#part = await this.#openPart();
    if (!this.#sizing.isFull(this.#part.file.byteLength, this.#part.lastRowGroupBytes)) return this.#append(this.#part, group);
    this.#held.push(group);
    this.#heldBytes += group.byteLength;
    if (this.#heldBytes < this.#sizing.heldBytes) return;
    await this.#closePart(this.#part);
    this.#part = await this.#openPart();
    await this.#appendHeld();
  }

  async #openPart(): Promise<OpenPart> {
    const { columns, compression, keyOf } = this.#options;
    const key = keyOf(this.#partCount++);
    const sink = await this.#uploads.start(key);
    this.#checkAlive();
    return { key, file: new ParquetFileWriter({ sink, columns, compression, encoder: this.#encoder }), lastRowGroupBytes: 0 };
  }

  async #appendHeld(): Promise<void> {
    for (const group of this.#held.splice(0)) await this.#append(this.#part!, group);
    this.#heldBytes = 0;
  }

  async #append(part: OpenPart, group: EncodedRowGroup): Promise<void> {
    await part.file.appendRowGroup(group);
    this.#checkAlive();
    part.lastRowGroupBytes = group.byteLength;
  }

  /** Lets a part close beside the writing of the next one, after the part before it has closed. */
  async #closePart(part: OpenPart): Promise<void> {
    await this.#closing;
    this.#checkAlive();
    this.#closing = this.#stage(part);
    this.#closing.catch((error: unknown) => this.#end(error));
  }

  async #stage({ key, file }: OpenPart): Promise<void> {
    const { etag, byteLength, sha256, rowCount } = await file.close();
    this.#parts.push({ key, etag, bytes: byteLength, sha256, rows: rowCount });
  }
}
