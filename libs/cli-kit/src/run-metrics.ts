import { Counter, Gauge, Registry } from 'prom-client';
import type { RunResult, SyncEvent } from '@tidemark/domain';
import type { Reporter } from './progress-reporter.ts';

const TABLE = ['pipeline', 'table'] as const;

/**
 * Figures of one run in the Prometheus text format, for the text file collector of node_exporter.
 * They are those of this run, so each is a gauge: a run that is repeated begins at zero.
 */
export class RunMetrics implements Reporter {
  readonly #registry = new Registry();
  readonly #gauge = (name: string, help: string): Gauge<(typeof TABLE)[number]> => new Gauge({ name: `tidemark_${name}`, help, labelNames: TABLE, registers: [this.#registry] });
  readonly #rowsExtracted = this.#gauge('rows_extracted', 'Rows read from the source by the run.');
  readonly #rowsLoaded = this.#gauge('rows_loaded', 'Rows committed in the target by the run.');
  readonly #rowsQuarantined = this.#gauge('rows_quarantined', 'Rows that the run set aside.');
  readonly #files = this.#gauge('files_created', 'Parquet files staged by the run.');
  readonly #seconds = this.#gauge('table_duration_seconds', 'How long the table took.');
  readonly #success = this.#gauge('table_success', '1 when the table ended well, else 0.');
  readonly #bytes = new Counter({ name: 'tidemark_staged_bytes_total', help: 'Bytes of Parquet files staged by the run.', labelNames: TABLE, registers: [this.#registry] });
  readonly #retries = new Counter({ name: 'tidemark_load_retries_total', help: 'Loads that the run tried again.', labelNames: TABLE, registers: [this.#registry] });

  readonly report = (event: SyncEvent): void => {
    if (event.type === 'part') this.#bytes.inc(labelsOf(event), event.bytes);
    if (event.type === 'load' && event.phase === 'retrying') this.#retries.inc(labelsOf(event));
  };

  close(): void {
    // Nothing is open.
  }

  /** All figures, once the run has ended. */
  text(result: RunResult): Promise<string> {
    const { pipeline } = result;
    for (const [table, outcome] of Object.entries(result.table_results)) {
      const labels = { pipeline, table };
      this.#rowsExtracted.set(labels, outcome.rows_extracted);
      this.#rowsLoaded.set(labels, outcome.rows_loaded);
      this.#rowsQuarantined.set(labels, outcome.rows_quarantined);
      this.#files.set(labels, outcome.files_created);
      this.#seconds.set(labels, outcome.duration_seconds);
      this.#success.set(labels, outcome.status === 'success' || outcome.status === 'up_to_date' ? 1 : 0);
    }
    const run = (name: string, help: string, value: number): void => new Gauge({ name: `tidemark_${name}`, help, labelNames: ['pipeline'], registers: [this.#registry] }).set({ pipeline }, value);
    run('run_exit_code', 'Exit code of the run.', result.exit_code);
    run('run_duration_seconds', 'How long the run took.', result.duration_seconds);
    run('run_end_timestamp_seconds', 'When the run ended, in seconds since 1970.', Math.floor(Date.parse(result.end_time) / 1000));
    return this.#registry.metrics();
  }
}

/** A table is named as in the run result: without its connection. */
function labelsOf({ pipeline, table }: { readonly pipeline: string; readonly table: string }): { readonly pipeline: string; readonly table: string } {
  return { pipeline, table: table.slice(table.indexOf(':') + 1) };
}
