import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command line, started as a person starts it. */
const TIDEMARK = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), 'apps', 'cli', 'bin', 'run.js');

/** After a signal a run goes on to its next safe point; one that takes longer is killed. */
const STOP_TIMEOUT_MS = 10_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a run says of one table; part of the document of `--json-output`. */
export interface SyncedTable {
  readonly status: string;
  readonly rows_processed: number;
  readonly duration_seconds: number;
}

/** What a run says of itself, by `schema.table`. */
export interface SyncReport {
  readonly duration_seconds: number;
  readonly table_results: Readonly<Record<string, SyncedTable>>;
}

/** `tidemark sync pipeline` as a process of its own, which gets the signals of this one. */
export class TidemarkProcess implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>;
  readonly #ended: Promise<string | number | null>;
  readonly #reportFile: string;

  /** @param showProgress in this terminal; failures are shown in any case */
  constructor(configFolder: string, pipeline: string, showProgress: boolean) {
    this.#reportFile = join(dirname(configFolder), 'sync-report.json');
    const quiet = showProgress ? [] : ['--quiet'];
    this.#child = spawn(process.execPath, [TIDEMARK, 'sync', 'pipeline', '-p', pipeline, '--json-output', this.#reportFile, ...quiet], {
      stdio: ['ignore', showProgress ? 'inherit' : 'ignore', 'inherit'],
      env: { ...process.env, TIDEMARK_CONFIG: configFolder },
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => resolve(signal ?? code));
    });
    for (const signal of SIGNALS) process.on(signal, this.#passOn);
  }

  readonly #passOn = (signal: NodeJS.Signals): void => {
    // A terminal's Ctrl-C reaches the child by itself, and the second one would end it without care.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) this.#child.kill(signal);
  };

  /**
   * Waits for the end of the run.
   *
   * @throws Error when it did not end with exit code 0
   */
  async report(): Promise<SyncReport> {
    const end = await this.#ended;
    if (end !== 0) throw new Error(`tidemark ended with ${typeof end === 'number' ? `exit code ${end}` : end}`);
    return JSON.parse(await readFile(this.#reportFile, 'utf8')) as SyncReport;
  }

  /** Waits for a run that was told to end, and kills it when that takes too long. */
  async [Symbol.asyncDispose](): Promise<void> {
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#ended;
    clearTimeout(tooLong);
    for (const signal of SIGNALS) process.off(signal, this.#passOn);
    await rm(this.#reportFile, { force: true });
  }
}
