import type { RequestWrapper } from './port-methods.ts';

/** Requests that end things: they are made even after the run was told to stop. */
const ENDINGS: ReadonlySet<string> = new Set(['lease.release', 'partWriter.abort']);

/** How long a request may go on after the run was told to stop: a COMMIT ends well within it, and a server that is frozen never does. */
const GRACE_MS = 2_000;

/**
 * Starts no request once the signal has aborted, and gives up one that has not ended soon after: a holder that lost its lease, or an
 * interrupted run, writes nothing more. What was given up may still come to pass, as it may when the process dies within it.
 */
export function stopWhenAborted(signal: AbortSignal, graceMs = GRACE_MS): RequestWrapper {
  const guarded = onlyWhile(() => signal.throwIfAborted());
  return { ...guarded, call: (request, proceed) => unlessStopped(guarded.call(request, proceed), signal, graceMs) };
}

/** Starts no request unless the check passes. */
export function onlyWhile(check: () => void): RequestWrapper {
  return {
    call: async ({ port, method }, proceed) => {
      if (!ENDINGS.has(`${port}.${method}`)) check();
      return proceed();
    },
    stream: async function* (_request, proceed) {
      check();
      for await (const item of proceed()) {
        yield item;
        check();
      }
    },
  };
}

/** The outcome of the work; the signal's reason when it has not ended so long after the abort. */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    onAbort = () => (timer = setTimeout(() => reject(signal.reason as Error), graceMs));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort!);
  }
}
