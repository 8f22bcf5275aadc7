import { describe, expect, test } from 'vitest';
import { StoreError } from '../errors.ts';
import { createMemoryStore } from './memory-store.ts';
import { OBJECT_STORE_CASES } from './object-store-cases.ts';

describe('the store in memory', () => {
  test.each(OBJECT_STORE_CASES)('$name', async ({ run }) => run(createMemoryStore(), 'folder/'));

  test('its clock is the one that was given, in whole seconds', async () => {
    const store = createMemoryStore({ now: () => Date.parse('2026-01-31T12:00:05.999Z') });
    expect((await store.put('a', '1')).date.toISOString()).toBe('2026-01-31T12:00:05.000Z');
    expect((await store.serverNow()).toISOString()).toBe('2026-01-31T12:00:05.000Z');
  });

  test('a fault before a request leaves no trace, a fault after it loses only the answer', async () => {
    const lost = new StoreError('STORE_UNREACHABLE', { message: 'The connection broke.' });
    const faulty = (when: 'before' | 'after') => createMemoryStore({ faults: { [when]: ({ operation }: { operation: string }) => { if (operation === 'put') throw lost; } } });
    const before = faulty('before');
    await expect(before.put('a', '1')).rejects.toBe(lost);
    expect(before.keys()).toEqual([]);
    const after = faulty('after');
    await expect(after.put('a', '1')).rejects.toBe(lost);
    expect(after.keys()).toEqual(['a']);
  });
});
