import type { Finding, TidemarkError } from '@tidemark/domain';

export type ConnectionKind = 'mysql' | 'redshift' | 's3';

export interface ConnectionStep {
  readonly name: string;
  readonly detail: string;
}

/** How far a connection got, and what was found on the way. */
export interface ConnectionReport {
  readonly name: string;
  readonly kind: ConnectionKind;
  /** Steps that succeeded, in order. */
  readonly steps: readonly ConnectionStep[];
  readonly findings: readonly Finding[];
  /** What the next step failed with; null when all is well. */
  readonly error: Pick<TidemarkError, 'code' | 'message' | 'remedy' | 'exit'> | null;
  readonly durationMs: number;
}

/** What a check writes down as it goes. */
export interface CheckLog {
  done(step: string, detail: string): void;
  found(finding: Finding): void;
}

/** From here on two clocks count as different. */
const SKEW_MS = 5_000;

/** The step and, where clocks differ, the finding about a server's clock. Half of the time that the answer took is taken off. */
export function checkClock(log: CheckLog, serverMs: number, askedMs: number, answeredMs: number): void {
  const skewMs = serverMs - (askedMs + answeredMs) / 2;
  const text = `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine`;
  log.done('clock', Math.abs(skewMs) < 1_000 ? 'agrees with this machine' : text);
  if (Math.abs(skewMs) < SKEW_MS) return;
  log.found({ code: 'CLOCK_SKEW', severity: 'warning', message: `The server’s clock is ${text}.`, remedy: ['Set both clocks by NTP: requests to AWS are refused from five minutes on, and times in logs cannot be compared.'] });
}
