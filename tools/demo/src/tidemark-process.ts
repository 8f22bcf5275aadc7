import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command line, started as a person starts it. */
const TIDEMARK = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), 'apps', 'cli', 'bin', 'run.js');

/** A process that ignores SIGTERM for this long is killed. */
const STOP_TIMEOUT_MS = 5_000;

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

/** `tidemark sync pipeline` as a process of its own. Disposing it ends it. */
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
  }

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

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await this.#ended;
      clearTimeout(tooLong);
    }
    await rm(this.#reportFile, { force: true });
  }
}
