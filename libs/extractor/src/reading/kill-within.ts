import type { Logger } from '@tidemark/domain';

/** Longest wait for KILL QUERY before an error is passed on regardless, in milliseconds. */
export const KILL_WAIT_MS = 2_000;

/**
 * Kills a query and waits for it, but not for ever. Never rejects: the reading has failed already, and what is told is why.
 * It is needed because the server may not notice a closed socket before its next write: a long sort would go on.
 */
export async function killWithin(waitMs: number, kill: () => Promise<void>, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, waitMs, 'late');
  });
  const killed = kill().then(
    () => 'killed' as const,
    (error: unknown) => {
      logger.warn({ code: (error as { code?: unknown }).code ?? null }, 'query could not be killed');
      return 'failed' as const;
    },
  );
  if ((await Promise.race([killed, patience])) === 'late') logger.warn({ waitMs }, 'query not killed yet');
  clearTimeout(timer);
}
