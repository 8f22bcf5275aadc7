import type { RedshiftSession, SessionOpener } from '../src/index.ts';

/** What a process sees that is gone: nothing that a caller could handle. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

/**
 * Sessions of a process that ends before or after its nth statement, all of its sessions counted together. A session ends with the
 * process, so that the server rolls back what was open.
 */
export function dyingOpener(open: SessionOpener, nth: number, moment: 'before' | 'after'): { readonly open: SessionOpener; readonly hasDied: () => boolean } {
  let count = 0;
  let isDead = false;
  const die = async (session: RedshiftSession): Promise<never> => {
    isDead = true;
    await session.close();
    throw new ProcessEnded('the process ended here');
  };
  return {
    hasDied: () => isDead,
    open: async (purpose) => {
      if (isDead) throw new ProcessEnded('the process ended before');
      const session = await open(purpose);
      return {
        backendPid: session.backendPid,
        close: () => session.close(),
        query: async (text, values) => {
          if (isDead) throw new ProcessEnded('the process ended before');
          count += 1;
          if (count === nth && moment === 'before') await die(session);
          const result = await session.query(text, values);
          if (count === nth && moment === 'after') await die(session);
          return result;
        },
      };
    },
  };
}
