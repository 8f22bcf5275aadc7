/** What went wrong, as far as the next step depends on it. */
export type FailureKind =
  /** 1023, 40001, 40P01: another transaction was in the way. */
  | 'conflict'
  /** 1018: a table was replaced since the snapshot was taken. */
  | 'stale'
  /** Too many connections, S3 throttling, resource limits. */
  | 'throttled'
  /** Somebody else made the table first. */
  | 'exists'
  | 'connection_lost'
  | 'denied'
  | 'login'
  | 'missing_relation'
  /** 57014: a timeout, a person, or workload management broke the statement off. */
  | 'cancelled'
  /** No room for what a statement would write. */
  | 'disk_full'
  | 'other';

/** A rejection of a session, judged. */
export interface Failure {
  readonly kind: FailureKind;
  /** Null when the server did not answer. */
  readonly sqlState: string | null;
  readonly message: string;
  readonly detail: string;
}

interface ServerAnswer {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly detail: string;
}

function serverAnswer(error: unknown): ServerAnswer | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, severity, message, detail } = error as Record<string, unknown>;
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || typeof severity !== 'string') return undefined;
  return { code, severity, message: String(message), detail: typeof detail === 'string' ? detail : '' };
}

/** Compute nodes answer XX000 for most things; the number or the text is all there is to tell them apart. */
function kindOfInternalError({ message, detail }: ServerAnswer): FailureKind {
  if (/^1023\b/.test(message) || /Serializable isolation violation/i.test(detail)) return 'conflict';
  if (/^1018\b/.test(message)) return 'stale';
  if (/Access throttled|Retries exceeded|Resource limit exceeded|SlowDown/i.test(`${message} ${detail}`)) return 'throttled';
  if (/\bdisk full\b/i.test(`${message} ${detail}`)) return 'disk_full';
  return 'other';
}

function kindOf(answer: ServerAnswer): FailureKind {
  const { code, severity } = answer;
  if (code.startsWith('28')) return 'login';
  if (code === '53300') return 'throttled';
  if (code.startsWith('08') || code.startsWith('57P') || severity === 'FATAL' || severity === 'PANIC') return 'connection_lost';
  if (code === '40001' || code === '40P01') return 'conflict';
  if (code === '57014') return 'cancelled';
  if (code === '42501') return 'denied';
  if (code === '42P01' || code === '3F000') return 'missing_relation';
  if (code === '42P07' || code === '23505') return 'exists';
  return kindOfInternalError(answer);
}

/**
 * Judges what a session or its opener rejected with. What carries no SQLSTATE and severity did not come from the server: the
 * connection is gone.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
 */
export function judgeFailure(error: unknown): Failure {
  const answer = serverAnswer(error);
  if (answer !== undefined) return { kind: kindOf(answer), sqlState: answer.code, message: answer.message, detail: answer.detail };
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'connection_lost', sqlState: null, message, detail: '' };
}

/** True when the same transaction may succeed on another try. */
export function mayRetry(kind: FailureKind): boolean {
  return kind === 'conflict' || kind === 'stale' || kind === 'throttled' || kind === 'exists' || kind === 'connection_lost';
}
