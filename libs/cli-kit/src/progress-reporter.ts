import type { SyncEvent } from '@tidemark/domain';
import { BarReporter } from './bar-reporter.ts';
import { LineReporter } from './line-reporter.ts';

/** A reader of a run's events that shows them to a person. */
export interface Reporter {
  readonly report: (event: SyncEvent) => void;
  /** Leaves the terminal as it was found. May be repeated. */
  close(): void;
}

/** Shows nothing. */
export const quietReporter: Reporter = { report: () => undefined, close: () => undefined };

/** Progress bars on a terminal; plain lines in a pipe, in CI and on a dumb terminal. */
export function progressReporter(stream: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>): Reporter {
  const isTerminal = stream.isTTY === true && !isCi(env['CI']) && env['TERM'] !== 'dumb';
  return isTerminal ? new BarReporter(stream) : new LineReporter((line) => stream.write(`${line}\n`));
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
