import type { Reporter } from './progress-reporter.ts';

/** One reporter for several: each is given every event, in their order. */
export function allReporters(reporters: readonly Reporter[]): Reporter {
  return {
    report: (event) => {
      for (const reporter of reporters) reporter.report(event);
    },
    close: () => {
      for (const reporter of reporters) reporter.close();
    },
  };
}
