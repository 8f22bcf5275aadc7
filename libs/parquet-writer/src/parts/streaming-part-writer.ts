import type { ColumnBatch, StagedPart } from '@tidemark/domain';
import { ParquetFileWriter } from '../file/parquet-file-writer.ts';
import { rowGroupEncoder, type EncodedRowGroup, type RowGroupEncoder } from '../pages/row-group-encoder.ts';
import { checkBatch } from '../values/check-batch.ts';
import type { RowRange } from '../values/row-range.ts';
import { HeldRowGroups } from './held-row-groups.ts';
import { OpenUploads } from './open-uploads.ts';
import { partSizing, type PartSizing } from './part-sizing.ts';
import type { PartWriter, PartWriterOptions } from './part-writer.ts';
import { RowGroupRoller } from './row-group-roller.ts';
import { WriterLife } from './writer-life.ts';

interface OpenPart {
  readonly key: string;
  readonly file: ParquetFileWriter;
  lastRowGroupBytes: number;
}

type Releasable = Pick<ColumnBatch, 'release'>;

/** What a writer of parts needs, its limits checked. */
export type StreamingOptions = Omit<PartWriterOptions, 'threads'>;

/** Writes parts in the thread it is called in. */
export class StreamingPartWriter implements PartWriter {
  readonly #options: StreamingOptions;
  readonly #encoder: RowGroupEncoder;
  readonly #sizing: PartSizing;
  readonly #roller: RowGroupRoller;
  readonly #uploads: OpenUploads;
  readonly #parts: StagedPart[] = [];
  /** Batches that have rows in the open row group. */
  #kept: Releasable[] = [];
  readonly #life: WriterLife;
  #partCount = 0;
  #part: OpenPart | null = null;
  /** Row groups behind a part that is nearly full: they go into it if the batch ends, else into the next. */
  readonly #held = new HeldRowGroups();
  #closing: Promise<void> = Promise.resolve();

  constructor(options: StreamingOptions) {
    this.#options = options;
    this.#encoder = rowGroupEncoder(options.columns, options.compression);
    this.#sizing = partSizing(options.targetFileBytes, options.maxFileRows ?? Number.POSITIVE_INFINITY);
    this.#roller = new RowGroupRoller(options.columns, { bytes: this.#sizing.rowGroupBytes, rows: this.#sizing.rowGroupRows });
    this.#uploads = new OpenUploads(options.openSink);
    this.#life = new WriterLife(() => {
      this.#held.clear();
      this.#roller.take();
      return this.#uploads.giveUp();
    });
  }

  write(rows: RowRange & Releasable): Promise<void> {
    return this.#life.run(async () => {
      checkBatch(this.#options.columns, rows);
      for (const ranges of this.#roller.add(rows)) {
        await this.#place(ranges);
        // A row group ends behind all batches before this one.
        this.#releaseKept();
      }
      this.#kept.push(rows);
    });
  }

  finish(): Promise<readonly StagedPart[]> {
    return this.#life.run(async () => {
      const rest = this.#roller.take();
      if (rest.length > 0) await this.#place(rest);
      this.#releaseKept();
      this.#encoder.giveUpMemory();
      if (this.#part !== null) await this.#finishPart(this.#part);
      await this.#closing;
      this.#life.checkAlive();
      this.#life.finish();
      return this.#parts;
    });
  }

  abort(): Promise<void> {
    return this.#life.abort();
  }

  /** Their rows are encoded: nothing of their memory is needed any more. */
  #releaseKept(): void {
    for (const batch of this.#kept) batch.release?.();
    this.#kept = [];
  }

  async #place(ranges: readonly RowRange[]): Promise<void> {
    const group = await this.#encoder.encode(ranges);
    this.#life.checkAlive();
    if (this.#part === null) this.#part = await this.#openPart();
    if (this.#held.isEmpty && this.#hasRoom(this.#part, group)) return this.#append(this.#part, group);
    this.#held.push(group);
    if (this.#held.byteLength >= this.#sizing.heldBytes || this.#part.file.rowCount + this.#held.rowCount > this.#sizing.maxRows) await this.#split(this.#part);
  }

  /** Whether a row group surely belongs into the part, whatever comes after it. */
  #hasRoom({ file, lastRowGroupBytes }: OpenPart, group: EncodedRowGroup): boolean {
    const { isFull, maxRows, leastRows } = this.#sizing;
    return !isFull(file.byteLength, lastRowGroupBytes) && file.rowCount + group.rowCount <= maxRows - leastRows;
  }

  /** Ends a part with as many of the held row groups as it takes, and begins the next one with the others. */
  async #split(part: OpenPart): Promise<void> {
    const { isFull, maxRows, leastRows } = this.#sizing;
    for (let first = this.#held.first; first !== null; first = this.#held.first) {
      const fits = !isFull(part.file.byteLength, part.lastRowGroupBytes) && part.file.rowCount + first.rowCount <= maxRows;
      if (!fits || this.#held.rowCount - first.rowCount < leastRows) break;
      await this.#append(part, this.#held.shift());
    }
    await this.#closePart(part);
    this.#part = null;
    if (this.#held.isEmpty) return;
    this.#part = await this.#openPart();
    await this.#appendHeld(this.#part);
  }

  async #finishPart(part: OpenPart): Promise<void> {
    await this.#appendHeld(part);
    await this.#closePart(part);
  }

  async #openPart(): Promise<OpenPart> {
    const { columns, compression, keyOf } = this.#options;
    const key = keyOf(this.#partCount++);
    const sink = await this.#uploads.start(key);
    this.#life.checkAlive();
    return { key, file: new ParquetFileWriter({ sink, columns, compression, encoder: this.#encoder }), lastRowGroupBytes: 0 };
  }

  async #appendHeld(part: OpenPart): Promise<void> {
    while (!this.#held.isEmpty) await this.#append(part, this.#held.shift());
  }

  async #append(part: OpenPart, group: EncodedRowGroup): Promise<void> {
    await part.file.appendRowGroup(group);
    this.#life.checkAlive();
    part.lastRowGroupBytes = group.byteLength;
  }

  /** Lets a part close beside the writing of the next one, after the part before it has closed. */
  async #closePart(part: OpenPart): Promise<void> {
    await this.#closing;
    this.#life.checkAlive();
    this.#closing = this.#stage(part);
    this.#closing.catch((error: unknown) => this.#life.end(error));
  }

  async #stage({ key, file }: OpenPart): Promise<void> {
    const { etag, byteLength, sha256, rowCount } = await file.close();
    this.#parts.push({ key, etag, bytes: byteLength, sha256, rows: rowCount });
  }
}
