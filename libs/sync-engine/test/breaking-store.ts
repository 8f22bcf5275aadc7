import type { CleaningPort } from '../src/engine/clean/ports.ts';

/** A store that breaks at its nth step: an odd step is before a request, an even one after it. */
export interface BreakingStore {
  readonly port: CleaningPort;
  /** Steps that were made. */
  readonly count: number;
}

export function breakingStore(store: CleaningPort, breaksAt: number): BreakingStore {
  let count = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (++count === breaksAt) throw new Error('broke');
    const done = await work();
    if (++count === breaksAt) throw new Error('broke');
    return done;
  };
  const port: CleaningPort = {
    list: (prefix) => store.list(prefix),
    listUploads: (prefix) => store.listUploads(prefix),
    serverNow: () => store.serverNow(),
    put: (...parameters) => step(() => store.put(...parameters)),
    deleteMany: (keys) => step(() => store.deleteMany(keys)),
    deleteEveryVersion: (...parameters) => step(() => store.deleteEveryVersion(...parameters)),
    abortUpload: (upload) => step(() => store.abortUpload(upload)),
  };
  return {
    port,
    get count() {
      return count;
    },
  };
}
