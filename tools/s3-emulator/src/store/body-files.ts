import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BodyWriter } from './body-writer.ts';
import type { Segment } from './stored-object.ts';

const READ_BYTES = 256 * 1024;

/** A body being read; `end` must be called, whether all pieces were taken or not. */
export interface BodyReading {
  pieces: AsyncIterable<Buffer>;
  end(): Promise<void>;
}

/**
 * The bodies on disk. They are written under `incoming`, then renamed into `bodies`; names are random.
 * A file that is deleted while somebody reads it goes when the last reader ends.
 */
export class BodyFiles {
  readonly #incoming: string;
  readonly #bodies: string;
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  constructor(dataDir: string) {
    this.#incoming = join(dataDir, 'incoming');
    this.#bodies = join(dataDir, 'bodies');
  }

  /** Makes the folders, and removes every file that `used` does not name. */
  async open(used: ReadonlySet<string>): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
    await mkdir(this.#incoming, { recursive: true });
    await mkdir(this.#bodies, { recursive: true });
    const orphans = (await readdir(this.#bodies)).filter((file) => !used.has(file));
    await Promise.all(orphans.map((file) => rm(join(this.#bodies, file))));
  }

  create(): BodyWriter {
    const file = randomUUID();
    return new BodyWriter(file, join(this.#incoming, file));
  }

  /** Moves a finished body to where it is read from. */
  async publish(segment: Segment): Promise<void> {
    await rename(join(this.#incoming, segment.file), join(this.#bodies, segment.file));
  }

  async remove(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) {
      if (this.#readers.has(file)) this.#doomed.add(file);
      else await rm(join(this.#bodies, file), { force: true });
    }
  }

  /** Reads the bytes from `start` to before `end`. The files stay until the reading is ended. */
  read(segments: readonly Segment[], start: number, end: number): BodyReading {
    for (const { file } of segments) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1);
    let ended = false;
    return {
      pieces: this.#pieces(segments, start, end),
      end: async () => {
        if (ended) return;
        ended = true;
        await this.#release(segments);
      },
    };
  }

  async *#pieces(segments: readonly Segment[], start: number, end: number): AsyncGenerator<Buffer> {
    let offset = 0;
    for (const { file, size } of segments) {
      const from = Math.max(start - offset, 0);
      const to = Math.min(end - offset, size);
      offset += size;
      if (from >= to) continue;
      await using handle = await open(join(this.#bodies, file), 'r');
      for (let position = from; position < to; ) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, to - position));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) throw new Error('a stored body is shorter than its metadata says');
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    }
  }

  async #release(segments: readonly Segment[]): Promise<void> {
    for (const { file } of segments) {
      const readers = (this.#readers.get(file) ?? 1) - 1;
      if (readers > 0) {
        this.#readers.set(file, readers);
        continue;
      }
      this.#readers.delete(file);
      if (this.#doomed.delete(file)) await rm(join(this.#bodies, file), { force: true });
    }
  }
}
