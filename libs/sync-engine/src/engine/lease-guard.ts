import type { RequestWrapper } from './port-methods.ts';

/** Requests that end things: they are made even after the run was told to stop. */
const ENDINGS: ReadonlySet<string> = new Set(['lease.release', 'partWriter.abort']);

/** Starts no request once the signal has aborted: a holder that lost its lease, or an interrupted run, writes nothing more. */
export function stopWhenAborted(signal: AbortSignal): RequestWrapper {
  return onlyWhile(() => signal.throwIfAborted());
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
