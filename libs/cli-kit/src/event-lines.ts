import type { Reporter } from './progress-reporter.ts';

/** Every event as one line of JSON, as it happens. */
export function eventLines(write: (line: string) => void): Reporter {
  return { report: (event) => write(`${JSON.stringify(event)}\n`), close: () => undefined };
}
