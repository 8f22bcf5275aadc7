import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildConfig } from '../build-config.ts';
import type { ConfigTexts } from '../config-texts.ts';
import { ConfigError } from '../errors.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import type { ConfigDirectory } from './find-directory.ts';
import { readConfigTexts, type LoadConfigOptions } from './load-config.ts';

export interface WatchConfigOptions extends LoadConfigOptions {
  /** Called with each new configuration that is right. */
  readonly onChange?: (config: LoadedConfig) => void;
  /** Called when the files were changed to something that is wrong; the configuration before stays in use. */
  readonly onError?: (error: ConfigError) => void;
  /** How long the files must be still before they are read, in milliseconds; 100 by default. */
  readonly settleMs?: number;
  /** How often they are read although nothing was announced, in milliseconds; 30,000 by default. Network file systems announce nothing. */
  readonly pollMs?: number;
  /** Watch nothing and only read every `pollMs`. */
  readonly isPollingOnly?: boolean;
}

/** A configuration that follows its files until it is disposed of. */
export interface ConfigWatch extends AsyncDisposable {
  /** The last configuration that was right. */
  readonly current: LoadedConfig;
  /** What is wrong with the files as they stand; null when `current` is what they say. */
  readonly error: ConfigError | null;
}

/**
 * Loads the configuration and loads it anew when one of its files, a `.env` file, a secret's file or the symlink that leads to it changes.
 * A configuration that is wrong is told and not used. It keeps the process alive; disposing it ends all watching.
 *
 * @throws ConfigError when there is no right configuration to begin with
 */
export async function watchConfig(options: WatchConfigOptions = {}): Promise<ConfigWatch> {
  const first = await readOnce(options);
  const watching = new Watching(options, first, buildConfig(first.texts));
  watching.follow(first);
  return watching;
}

/** What was read, with all that a change of it would show in. */
interface Reading {
  readonly texts: ConfigTexts;
  readonly directory: ConfigDirectory;
  /** Contents of the secrets' files that were read while the configuration was built, by path. */
  readonly secretFiles: Map<string, string>;
}

async function readOnce(options: LoadConfigOptions): Promise<Reading> {
  const { texts, directory } = await readConfigTexts(options);
  const secretFiles = new Map<string, string>();
  const readSecretFile = (path: string): string => {
    secretFiles.set(path, '');
    const text = texts.readSecretFile(path);
    secretFiles.set(path, text);
    return text;
  };
  return { texts: { ...texts, readSecretFile }, directory, secretFiles };
}

/** Whether an announcement about a name in a directory may concern the configuration. */
type IsOurs = (name: string | null) => boolean;

const SETTLE_MS = 100;
const POLL_MS = 30_000;
const FOLDERS = ['pipelines', 'templates', 'tables', 'environments'];

class Watching implements ConfigWatch {
  current: LoadedConfig;
  error: ConfigError | null = null;
  readonly #options: WatchConfigOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  #settling: NodeJS.Timeout | null = null;
  /** What the last look found, right or wrong. */
  #seen: string;
  #looking: Promise<void> | null = null;
  #isLookWanted = false;
  #isClosed = false;

  constructor(options: WatchConfigOptions, first: Reading, current: LoadedConfig) {
    this.#options = options;
    this.current = current;
    this.#seen = fingerprint(first);
    this.#poll = setInterval(() => void this.#pollOnce(), options.pollMs ?? POLL_MS);
  }

  /** Watches every directory in which a change would show; a directory is watched since editors replace files. */
  follow({ directory: { given, real }, secretFiles }: Pick<Reading, 'directory' | 'secretFiles'>): void {
    if (this.#options.isPollingOnly === true) return;
    const inside = [given, real].flatMap((directory) => [directory, ...FOLDERS.map((name) => join(directory, name))]);
    // What else happens beside the directory is none of ours.
    const ours = [basename(given), basename(real)];
    const beside = [given, real].map((directory) => [dirname(directory), (name: string | null) => name === null || name.startsWith('.env') || ours.includes(name)] as const);
    const wanted = new Map<string, IsOurs>([...beside, ...[...inside, ...[...secretFiles.keys()].map((path) => dirname(path))].map((path) => [path, () => true] as const)]);
    for (const path of this.#watchers.keys()) if (!wanted.has(path)) this.#forget(path);
    for (const [path, isOurs] of wanted) if (!this.#watchers.has(path)) this.#watch(path, isOurs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    if (this.#settling !== null) clearTimeout(this.#settling);
    for (const path of [...this.#watchers.keys()]) this.#forget(path);
    await this.#looking;
  }

  #watch(path: string, isOurs: IsOurs): void {
    try {
      const watcher = watch(path, (_event, name) => void (isOurs(name) && this.#announce()));
      // A directory that goes away ends its watcher; the next look finds where to watch.
      watcher.on('error', () => this.#forget(path));
      this.#watchers.set(path, watcher);
    } catch (error) {
      // What is not there, or cannot be watched, shows in a directory above it or at the next poll.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  #forget(path: string): void {
    this.#watchers.get(path)?.close();
    this.#watchers.delete(path);
  }

  #announce(): void {
    if (this.#isClosed) return;
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = null;
      void this.#look();
    }, this.#options.settleMs ?? SETTLE_MS);
  }

  /** A change that is found is read again when the files are still: it may be half written. */
  async #pollOnce(): Promise<void> {
    if (this.#settling !== null || this.#looking !== null) return;
    if ((await this.#readings()).found !== this.#seen) this.#announce();
  }

  /** Looks once; a look that is wanted meanwhile follows. */
  async #look(): Promise<void> {
    this.#isLookWanted = true;
    if (this.#looking !== null) return this.#looking;
    this.#looking = this.#lookWhileWanted();
    await this.#looking;
    this.#looking = null;
  }

  async #lookWhileWanted(): Promise<void> {
    while (this.#isLookWanted && !this.#isClosed) {
      this.#isLookWanted = false;
      const outcome = await this.#attempt();
      if (outcome !== null && !this.#isClosed) this.#tell(outcome);
    }
  }

  /** The files as they stand, right or wrong; null when they are what they were. */
  async #attempt(): Promise<LoadedConfig | ConfigError | null> {
    const { found, outcome, reading } = await this.#readings();
    if (reading !== null && !this.#isClosed) this.follow(reading);
    if (found === this.#seen) return null;
    this.#seen = found;
    return outcome;
  }

  async #readings(): Promise<{ readonly found: string; readonly outcome: LoadedConfig | ConfigError; readonly reading: Reading | null }> {
    try {
      const reading = await readOnce(this.#options);
      const outcome = attempt(() => buildConfig(reading.texts));
      return { found: fingerprint(reading), outcome, reading };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { found: `error ${error.message}`, outcome: error, reading: null };
    }
  }

  #tell(outcome: LoadedConfig | ConfigError): void {
    if (outcome instanceof ConfigError) {
      this.error = outcome;
      this.#options.onError?.(outcome);
      return;
    }
    this.error = null;
    this.current = outcome;
    this.#options.onChange?.(outcome);
  }
}

function attempt(build: () => LoadedConfig): LoadedConfig | ConfigError {
  try {
    return build();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** All that was read, as one text. Kept in memory only: it holds what secrets' files hold. */
function fingerprint({ texts, secretFiles }: Reading): string {
  const { variables: _variables, readSecretFile: _readSecretFile, ...rest } = texts;
  return JSON.stringify([rest, [...secretFiles]], (_key, value: unknown) => (value instanceof Map ? [...(value as Map<unknown, unknown>)] : value));
}
