import { open, readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import type { SourceText } from '../problem/source-text.ts';
import { YAML_LIMITS } from '../yaml/parse-yaml.ts';
import type { ConfigDirectory } from './find-directory.ts';

const EXTENSIONS = ['.yml', '.yaml'];

/** Reads the files of a configuration directory and notes what cannot be read. Paths are shown from the working directory. */
export class TextReader {
  readonly #cwd: string;
  readonly problems: ConfigProblem[] = [];

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** The one file of this stem; empty when it cannot be read. */
  async one(directory: string, stem: string): Promise<SourceText> {
    const found = (await this.all(directory, (name) => name === stem)).get(stem);
    return found ?? { path: this.#shown(join(directory, `${stem}.yml`)), text: '' };
  }

  /** The file of exactly this name; null when there is none. */
  async named(directory: string, file: string): Promise<SourceText | null> {
    return (await this.#list(directory)).includes(file) ? this.#read(join(directory, file)) : null;
  }

  /** The YAML files of a directory by their stems; none when there is no such directory. Hidden files are left out. */
  async all(directory: string, isWanted: (stem: string) => boolean = () => true): Promise<Map<string, SourceText>> {
    const texts = new Map<string, SourceText>();
    for (const file of await this.#list(directory)) {
      const stem = basename(file, extname(file));
      if (file.startsWith('.') || !EXTENSIONS.includes(extname(file)) || !isWanted(stem)) continue;
      const path = join(directory, file);
      const first = texts.get(stem);
      if (first !== undefined) this.problems.push(configProblem({ code: 'CONFIG_COLLISION', at: null, found: stem, sentence: `${this.#shown(path)} and ${first.path} have the same name`, remedy: 'Remove one of the two.' }));
      const text = await this.#read(path);
      if (text !== null) texts.set(stem, text);
    }
    return texts;
  }

  /** The `.env` files beside a configuration directory, the strongest first: that of the environment, then the common one. */
  async envFiles({ given, real }: ConfigDirectory, environment: string | null): Promise<SourceText[]> {
    const names = [...(environment !== null && /^[\w-]+$/.test(environment) ? [`.env.${environment}`] : []), '.env'];
    const directories = [...new Set([dirname(given), dirname(real)])];
    const texts: SourceText[] = [];
    for (const name of names) {
      for (const directory of directories) {
        if (!(await this.#list(directory)).includes(name)) continue;
        const text = await this.#read(join(directory, name));
        if (text !== null) texts.push(text);
      }
    }
    return texts;
  }

  async #list(directory: string): Promise<string[]> {
    try {
      return (await readdir(directory)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      this.#unreadable(directory, error);
      return [];
    }
  }

  async #read(path: string): Promise<SourceText | null> {
    try {
      await using file = await open(path);
      // One byte over the limit is enough for the parser to refuse the file.
      const buffer = new Uint8Array(YAML_LIMITS.bytes + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      return { path: this.#shown(path), text: new TextDecoder('utf-8', { fatal: length < buffer.length, ignoreBOM: false }).decode(buffer.subarray(0, length)) };
    } catch (error) {
      this.#unreadable(path, error);
      return null;
    }
  }

  #unreadable(path: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    const isText = code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    this.problems.push(
      configProblem({
        code: isText ? 'CONFIG_YAML_SYNTAX' : 'CONFIG_MISSING', at: null, found: isText ? null : code,
        sentence: `${this.#shown(path)} ${isText ? 'is not UTF-8 text' : `cannot be read: ${code}`}`,
        remedy: isText ? 'Save the file as UTF-8.' : 'Correct the rights of the file, or remove it.',
      }),
    );
  }

  #shown(path: string): string {
    const fromHere = relative(this.#cwd, path);
    return fromHere.startsWith('..') ? path : fromHere;
  }
}
