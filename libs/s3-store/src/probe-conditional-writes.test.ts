import { silentLogger } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { StoreError } from './errors.ts';
import type { PutOptions } from './object-store.ts';
import { probeConditionalWrites } from './probe-conditional-writes.ts';
import { createMemoryStore, type MemoryStore } from './testing/memory-store.ts';

const without = (store: MemoryStore, ignored: keyof PutOptions): MemoryStore =>
  Object.assign(Object.create(store) as MemoryStore, {
    bucket: store.bucket,
    get: store.get.bind(store),
    deleteMany: store.deleteMany.bind(store),
    put: (key: string, body: string, options: PutOptions = {}) => store.put(key, body, { ...options, [ignored]: undefined }),
  });

describe('probeConditionalWrites', () => {
  test.each(['ifNoneMatch', 'ifMatch'] as const)('a store that ignores %s is refused, and nothing is left in it', async (ignored) => {
    const store = createMemoryStore();
    await expect(probeConditionalWrites(without(store, ignored), 'state/', silentLogger)).rejects.toMatchObject({ code: 'STORE_CONDITIONAL_UNSUPPORTED', exit: 14 });
    expect(store.keys()).toEqual([]);
  });

  test('a store that does not know conditions at all is refused', async () => {
    const store = createMemoryStore({ faults: { before: ({ operation }) => { if (operation === 'put') throw new StoreError('STORE_REFUSED', { message: 'PutObject failed: NotImplemented, HTTP 501.' }); } } });
    await expect(store.probeConditionalWrites('state/')).rejects.toMatchObject({ code: 'STORE_CONDITIONAL_UNSUPPORTED', exit: 14 });
  });

  test('other failures stay what they are', async () => {
    const denied = new StoreError('STORE_ACCESS_DENIED', { message: 'PutObject failed.' });
    await expect(createMemoryStore({ faults: { before: () => { throw denied; } } }).probeConditionalWrites('')).rejects.toBe(denied);
  });

  test('a store that does not answer is asked once', async () => {
    const asked: string[] = [];
    const silent = new StoreError('STORE_UNREACHABLE', { message: 'PutObject failed: no complete answer.' });
    const store = createMemoryStore({ faults: { before: ({ operation }) => { asked.push(operation); throw silent; } } });
    await expect(probeConditionalWrites(store, 'state/', silentLogger)).rejects.toBe(silent);
    expect(asked).toEqual(['put']);
  });

  test('who may write but not delete may still work; the left object is logged', async () => {
    const store = createMemoryStore({ faults: { before: ({ operation }) => { if (operation === 'delete') throw new StoreError('STORE_ACCESS_DENIED', { message: 'DeleteObjects failed.' }); } } });
    const warnings: unknown[] = [];
    await probeConditionalWrites(store, 'state/', { ...silentLogger, warn: (fields) => warnings.push(fields) });
    expect(warnings).toEqual([{ key: store.keys()[0], code: 'STORE_ACCESS_DENIED' }]);
  });
});
