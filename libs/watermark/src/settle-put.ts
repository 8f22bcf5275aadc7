import { isTidemarkError } from '@tidemark/domain';
import { NOT_FOUND, PRECONDITION_FAILED, type DocumentStore, type StoredVersion } from './ports.ts';

export type PutOutcome =
  /** These bytes are stored. */
  | { readonly isStored: true; readonly etag: string; readonly date: Date }
  /** The condition did not hold; what is there instead. */
  | { readonly isStored: false; readonly found: StoredVersion | null };

export interface SettleOptions {
  /** Requests in all, the first included. */
  readonly attempts: number;
  /** Waits before the next request. */
  readonly pause: (attempt: number) => Promise<void>;
}

const CONTENT_TYPE = 'application/json';

/**
 * A conditional write whose outcome is known in the end, although an answer may be lost.
 *
 * The bytes hold a fresh write id, so whoever finds them stored knows that this write did it. After an error that leaves the
 * outcome open the same bytes are sent under the same condition: either the first one had not arrived, or the condition fails
 * now and reading back shows the own bytes.
 *
 * @throws the store's error when it did not say in the end what happened; a write may then still be under way
 */
export async function settlePut(store: DocumentStore, key: string, bytes: Uint8Array, condition: { readonly ifNoneMatch: '*' } | { readonly ifMatch: string }, options: SettleOptions): Promise<PutOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { isStored: true, ...(await store.put(key, bytes, { ...condition, contentType: CONTENT_TYPE })) };
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      if (error.code === PRECONDITION_FAILED || error.code === NOT_FOUND) return outcomeOf(await store.get(key), bytes);
      if (error.retry === 'never') throw error;
      if (attempt >= options.attempts) return lastLook(store, key, bytes, error);
    }
    await options.pause(attempt);
  }
}

async function lastLook(store: DocumentStore, key: string, bytes: Uint8Array, error: Error): Promise<PutOutcome> {
  let found: StoredVersion | null;
  try {
    found = await store.get(key);
  } catch {
    // The write's own error says more than that reading back failed too.
    throw error;
  }
  const outcome = outcomeOf(found, bytes);
  if (!outcome.isStored) throw error;
  return outcome;
}

function outcomeOf(found: StoredVersion | null, bytes: Uint8Array): PutOutcome {
  return found !== null && Buffer.from(found.body).equals(bytes) ? { isStored: true, etag: found.etag, date: found.date } : { isStored: false, found };
}
