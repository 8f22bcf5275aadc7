import { isTidemarkError, type Logger } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { RedshiftSession, SessionOpener, SessionPurpose, TargetTable } from '../ports.ts';
import { countingSession, quietly, terminateSession } from './session-tools.ts';
import { explainFailure, readIdentity } from './explain-failure.ts';
import { judgeFailure, mayRetry, type Failure, type FailureKind } from './failure.ts';
import { waitBeforeRetry, type RetryPolicy } from './retry-policy.ts';

/** What transactions need. */
export interface TransactionEnvironment {
  readonly openSession: SessionOpener;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
}

/** What a transaction is about, for messages. */
export interface TransactionSubject {
  readonly purpose: SessionPurpose;
  readonly target: TargetTable;
}

/** The state of the tries so far. */
export interface Attempt {
  /** True when the answer to an earlier COMMIT was lost: what the ledger shows may be this call's own work. */
  readonly mayHaveCommitted: boolean;
  /** Statements sent so far, of all tries. */
  statementCount(): number;
}

/** Commit or roll back, and what to return then. */
export interface Decision<T> {
  readonly commit: boolean;
  readonly value: () => T;
}

export interface TransactionPlan<T> {
  /** Statements before BEGIN, each on its own. */
  readonly before?: (session: RedshiftSession) => Promise<void>;
  readonly work: (session: RedshiftSession, attempt: Attempt) => Promise<Decision<T>>;
  /** Kinds of failure that are repeated besides those that always are. */
  readonly alsoRepeat?: readonly FailureKind[];
}

/** How one try ended without success. */
interface FailedTry {
  readonly error: unknown;
  /** Undefined for an error that is already explained. */
  readonly failure: Failure | undefined;
  /** Undefined when no session was opened. */
  readonly session: RedshiftSession | undefined;
  readonly wasCommitting: boolean;
}

type Tried<T> = { readonly value: T } | { readonly failed: FailedTry };

const isMistake = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

/** One try on a session of its own. The session of a failed try stays open: it may be asked why. */
async function tryOnce<T>(openSession: () => Promise<RedshiftSession>, lostPids: readonly number[], plan: TransactionPlan<T>, attempt: Attempt): Promise<Tried<T>> {
  let session: RedshiftSession | undefined;
  let wasCommitting = false;
  try {
    session = await openSession();
    for (const pid of lostPids) await terminateSession(session, pid);
    await plan.before?.(session);
    await session.query('BEGIN');
    const decision = await plan.work(session, attempt);
    if (!decision.commit) {
      await quietly(session.query('ROLLBACK'));
    } else {
      wasCommitting = true;
      await session.query('COMMIT');
    }
    await quietly(session.close());
    return { value: decision.value() };
  } catch (error) {
    if (isMistake(error)) {
      await quietly(session?.close());
      throw error;
    }
    const failure = isTidemarkError(error) ? undefined : judgeFailure(error);
    if (session !== undefined && failure?.kind !== 'connection_lost') await quietly(session.query('ROLLBACK'));
    return { failed: { error, failure, session, wasCommitting } };
  }
}

/** A first session that cannot be opened is an answer; one that cannot be opened again may come back. */
function isWorthRepeating({ error, failure, session }: FailedTry, number: number, alsoRepeat: readonly FailureKind[]): boolean {
  if (session === undefined && number === 1 && !(isTidemarkError(error) && error.retry === 'now')) return false;
  if (failure !== undefined) return mayRetry(failure.kind) || alsoRepeat.includes(failure.kind);
  return session === undefined && isTidemarkError(error) && error.retry !== 'never';
}

async function explainedError(failed: FailedTry, subject: TransactionSubject, mayHaveCommitted: boolean): Promise<unknown> {
  const { error, failure, session } = failed;
  const isGone = session === undefined || failure?.kind === 'connection_lost';
  if (mayHaveCommitted && isGone) {
    const { schema, table } = subject.target;
    return new LoaderError('LOADER_COMMIT_UNKNOWN', { message: `The answer to COMMIT for ${schema}.${table} was lost, and Redshift did not answer again.`, details: { schema, table } });
  }
  if (failure === undefined) return error;
  const identity = failure.kind === 'denied' && session !== undefined ? await readIdentity(session, subject.target) : undefined;
  return explainFailure(failure, subject, identity);
}

/**
 * Runs a transaction on a session of its own: BEGIN, the work, COMMIT or ROLLBACK. Everything is repeated on a new session after a
 * conflict, throttling or a lost connection, so the work must begin by taking its lock and reading what is already there: after a
 * lost answer to COMMIT that is how the outcome is found out.
 *
 * @throws LoaderError `LOADER_COMMIT_UNKNOWN` when the answer to COMMIT was lost and no later try got through; `TARGET_*` otherwise
 */
export async function runTransaction<T>({ openSession, retry, logger }: TransactionEnvironment, subject: TransactionSubject, plan: TransactionPlan<T>): Promise<T> {
  const lostPids: number[] = [];
  let mayHaveCommitted = false;
  let statementCount = 0;
  const opener = async (): Promise<RedshiftSession> => countingSession(await openSession(subject.purpose), () => void (statementCount += 1));

  for (let number = 1; ; number += 1) {
    const tried: Tried<T> = await tryOnce(opener, lostPids, plan, { mayHaveCommitted, statementCount: () => statementCount });
    if ('value' in tried) return tried.value;
    const failed: FailedTry = tried.failed;
    const { failure, session, wasCommitting }: FailedTry = failed;
    try {
      if (session !== undefined && failure?.kind === 'connection_lost') {
        lostPids.push(session.backendPid);
        mayHaveCommitted ||= wasCommitting;
      }
      if (number >= retry.attempts || !isWorthRepeating(failed, number, plan.alsoRepeat ?? [])) throw await explainedError(failed, subject, mayHaveCommitted);
    } finally {
      await quietly(session?.close());
    }
    logger.warn({ purpose: subject.purpose, schema: subject.target.schema, table: subject.target.table, attempt: number, failure: failure?.kind ?? 'unreachable', sqlState: failure?.sqlState ?? undefined, mayHaveCommitted }, 'transaction repeated');
    await waitBeforeRetry(retry, number);
  }
}
