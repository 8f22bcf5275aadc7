import { allReporters, eventLines, eventLog, progressReporter, type Reporter } from '@tidemark/cli-kit';
import type { RunMetrics } from '@tidemark/cli-kit/metrics';
import { silentLogger, type Logger, type RunResult, type SyncEvent } from '@tidemark/domain';
import { openTelemetry, type Telemetry } from '../telemetry/open-telemetry.ts';

export interface RunReadersOptions {
  /** Progress is shown on stderr. */
  readonly isShown: boolean;
  /** Events are written to stderr as JSON lines. */
  readonly isEventLines: boolean;
  readonly isMeasured: boolean;
  readonly logger: Logger;
}

/** Everything that reads the events of a run: a person's progress, JSON lines, log lines, figures, traces. */
export class RunReaders implements AsyncDisposable {
  readonly #all: Reporter;
  readonly #metrics: RunMetrics | null;
  readonly #telemetry: Telemetry | null;

  private constructor(all: Reporter, metrics: RunMetrics | null, telemetry: Telemetry | null) {
    this.#all = all;
    this.#metrics = metrics;
    this.#telemetry = telemetry;
  }

  static async open({ isShown, isEventLines, isMeasured, logger }: RunReadersOptions): Promise<RunReaders> {
    const metrics = isMeasured ? new (await import('@tidemark/cli-kit/metrics')).RunMetrics() : null;
    const telemetry = await openTelemetry(process.env, logger);
    const readers = [
      ...(isShown ? [progressReporter(process.stderr, process.env)] : []),
      ...(isEventLines ? [eventLines((line) => process.stderr.write(line))] : []),
      ...(logger === silentLogger ? [] : [eventLog(logger)]),
      ...(metrics === null ? [] : [metrics]),
      ...(telemetry === null ? [] : [telemetry.reporter]),
    ];
    return new RunReaders(allReporters(readers), metrics, telemetry);
  }

  readonly report = (event: SyncEvent): void => this.#all.report(event);

  /** The terminal is as it was found. May be repeated. */
  close(): void {
    this.#all.close();
  }

  /** The figures of the run, when they were asked for. */
  metrics(result: RunResult): Promise<string> {
    return this.#metrics?.text(result) ?? Promise.resolve('');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#telemetry?.end();
  }
}
