import type { RedshiftSession } from '../ports.ts';
import { judgeFailure } from './failure.ts';

/** Waits for something whose failure changes nothing: the session is given up either way. */
export async function quietly(action: Promise<unknown> | undefined): Promise<void> {
  await action?.catch(() => undefined);
}

/** The same session, telling of each statement. */
export function countingSession(session: RedshiftSession, onStatement: () => void): RedshiftSession {
  return {
    backendPid: session.backendPid,
    query: (text, values) => {
      onStatement();
      return session.query(text, values);
    },
    close: () => session.close(),
  };
}

/**
 * Ends another session of the same user whose end is not known, so that its locks go and its COMMIT either happened or never will.
 * It may be gone already, or not ours to end: the lock that the next transaction takes is what makes sure, this makes it quick.
 * https://docs.aws.amazon.com/redshift/latest/dg/PG_TERMINATE_BACKEND.html
 */
export async function terminateSession(session: RedshiftSession, backendPid: number): Promise<void> {
  if (backendPid <= 0) return;
  try {
    await session.query(`SELECT pg_terminate_backend(${Math.trunc(backendPid)})`);
  } catch (error) {
    if (judgeFailure(error).kind === 'connection_lost') throw error;
  }
}
