import { closeSync, existsSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './change.ts';

/**
 * The metadata on disk: one line per group of changes that belong together. A line cut short by a kill is as if never written.
 * Writes reach the operating system before `append` returns; they are not flushed to the device.
 */
export class Journal {
  readonly #path: string;
  #file: number | undefined;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'journal.jsonl');
  }

  /** Every group of changes so far. */
  *read(): Generator<Change[]> {
    if (!existsSync(this.#path)) return;
    const text = readFileSync(this.#path);
    let start = 0;
    for (let end = text.indexOf(10, start); end >= 0; end = text.indexOf(10, start)) {
      yield JSON.parse(text.toString('utf8', start, end)) as Change[];
      start = end + 1;
    }
    if (start < text.length) truncateSync(this.#path, start);
  }

  /** Replaces the journal by these groups and opens it for more. */
  rewrite(groups: Iterable<readonly Change[]>): void {
    const temporary = `${this.#path}.new`;
    const file = openSync(temporary, 'w');
    for (const group of groups) writeLine(file, group);
    renameSync(temporary, this.#path);
    this.#file = file;
  }

  append(group: readonly Change[]): void {
    if (this.#file === undefined) throw new Error('the journal is not open');
    writeLine(this.#file, group);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function writeLine(file: number, group: readonly Change[]): void {
  const line = Buffer.from(`${JSON.stringify(group)}\n`);
  for (let written = 0; written < line.length; ) written += writeSync(file, line, written);
}
