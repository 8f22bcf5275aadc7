import { randomUUID } from 'node:crypto';
import { isTidemarkError, type Logger } from '@tidemark/domain';
import { StoreError } from './errors.ts';
import { listingPrefix } from './key-order.ts';
import type { ObjectStore, PutOptions } from './object-store.ts';

type Probed = Pick<ObjectStore, 'bucket' | 'get' | 'put' | 'deleteMany'>;

/** The contract of `ObjectStore.probeConditionalWrites`, over any store. */
export async function probeConditionalWrites(store: Probed, prefix: string, logger: Logger): Promise<void> {
  const key = `${listingPrefix(prefix)}tidemark-probe-${randomUUID()}`;
  let isReached = true;
  try {
    const first = await accepted(store, key, 'first', { ifNoneMatch: '*' }).catch((error: unknown) => {
      isReached = !isTidemarkError(error) || error.code !== 'STORE_UNREACHABLE';
      throw error;
    });
    await refused(store, key, { ifNoneMatch: '*' });
    await refused(store, key, { ifMatch: '"00000000000000000000000000000000"' });
    if (Buffer.from((await store.get(key))?.body ?? []).toString() !== 'first') throw unsupported(store, 'a refused write changed the object');
    await accepted(store, key, 'second', { ifMatch: first });
    await refused(store, key, { ifMatch: first });
  } finally {
    // Where nothing answered, nothing would answer a deletion either; at worst an object of six bytes is left.
    if (isReached) await cleanUp(store, key, logger);
  }
}

async function accepted(store: Probed, key: string, body: string, condition: PutOptions): Promise<string> {
  try {
    return (await store.put(key, body, condition)).etag;
  } catch (error) {
    if (!isTidemarkError(error) || (error.code !== 'STORE_REFUSED' && error.code !== 'STORE_PRECONDITION_FAILED')) throw error;
    throw unsupported(store, `it refuses a write whose ${conditionText(condition)} holds`, error);
  }
}

async function refused(store: Probed, key: string, condition: PutOptions): Promise<void> {
  try {
    await store.put(key, 'must not be written', condition);
  } catch (error) {
    if (isTidemarkError(error) && error.code === 'STORE_PRECONDITION_FAILED') return;
    throw error;
  }
  throw unsupported(store, `it accepts a write whose ${conditionText(condition)} does not hold`);
}

function conditionText(condition: PutOptions): string {
  return condition.ifNoneMatch === undefined ? 'If-Match' : 'If-None-Match';
}

function unsupported(store: Probed, found: string, cause?: unknown): StoreError {
  return new StoreError('STORE_CONDITIONAL_UNSUPPORTED', { message: `The store of bucket ${store.bucket} cannot hold state: ${found}.`, details: { bucket: store.bucket }, cause });
}

async function cleanUp(store: Probed, key: string, logger: Logger): Promise<void> {
  try {
    await store.deleteMany([key]);
  } catch (error) {
    // Who may write state need not be allowed to delete; the probe's result stands, and its object is six bytes.
    if (!isTidemarkError(error)) throw error;
    logger.warn({ key, code: error.code }, 'probe object could not be deleted');
  }
}
