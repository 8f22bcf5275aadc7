import type { Logger, SyncEvent } from '@tidemark/domain';
import { setLogBatch } from './log-context.ts';
import type { Reporter } from './progress-reporter.ts';

/** Events as log lines: what is durable at info, progress at debug, what needs a look at warn. */
export function eventLog(logger: Logger): Reporter {
  return {
    report: (event) => {
      if (event.type === 'batch') setLogBatch(`${event.epoch}-${event.seq}`);
      const { v: _version, at: _at, type, runId, pipeline, ...fields } = event;
      logger[levelOf(event)]({ event: type, runId, pipeline, ...fields }, 'phase' in event ? `${type} ${event.phase}` : type);
    },
    close: () => undefined,
  };
}

function levelOf(event: SyncEvent): 'debug' | 'info' | 'warn' {
  if (event.type === 'batch' && event.phase !== 'staged') return 'debug';
  if (event.type === 'part') return 'debug';
  if (event.type === 'finding') return event.finding.severity === 'info' ? 'info' : 'warn';
  const isTrouble = (event.type === 'load' && event.phase === 'retrying') || (event.type === 'lease' && event.phase === 'lost') || (event.type === 'table' && event.phase === 'failed');
  return isTrouble ? 'warn' : 'info';
}
