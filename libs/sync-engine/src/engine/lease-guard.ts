import type { RequestWrapper } from './port-methods.ts';

/** Requests that end things: they are made even after the run was told to stop. */
const ENDINGS: ReadonlySet<string> = new Set(['lease.release', 'partWriter.abort']);

/** Starts no request once the signal has aborted: a holder that lost its lease, or an interrupted run, writes nothing more. */
export function stopWhenAborted(signal: AbortSignal): RequestWrapper {
  return {
    call: async ({ port, method }, proceed) => {
      if (!ENDINGS.has(`${port}.${method}`)) signal.throwIfAborted();
      return await proceed();
    },
    stream: async function* (_request, proceed) {
      signal.throwIfAborted();
      for await (const item of proceed()) {
        yield item;
        signal.throwIfAborted();
      }
    },
  };
}
