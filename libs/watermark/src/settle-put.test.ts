import { StoreError } from '@tidemark/s3-store';
import { createMemoryStore } from '@tidemark/s3-store/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FaultPlan, type Fault } from '../test/fault-plan.ts';
import { AT_ONCE } from '../test/fixtures.ts';
import { settlePut } from './settle-put.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('settlePut', () => {
  test('I4: whatever is lost on the way, success means stored once and a conflict means not stored', async () => {
    const fault = fc.constantFrom<Fault | null>(null, 'before', 'after');
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 10 }), fc.constantFrom('absent', 'expected', 'other'), async (faults, standing) => {
        const plan = new FaultPlan();
        const store = createMemoryStore({ faults: plan });
        const { etag } = await store.put('doc', 'before');
        if (standing === 'absent') await store.deleteMany(['doc']);
        if (standing === 'other') await store.put('doc', 'somebody else');
        plan.arm(new Map(faults.flatMap((entry, at) => (entry === null ? [] : [[at + 1, entry]]))));
        const condition = standing === 'absent' ? ({ ifNoneMatch: '*' } as const) : { ifMatch: etag };
        const outcome = await settlePut(store, 'doc', bytes('mine'), condition, AT_ONCE).catch((error: unknown) => error as StoreError);
        plan.disarm();
        const stored = (await store.getText('doc'))?.text;
        if (outcome instanceof StoreError) expect(outcome.code).toBe('STORE_UNREACHABLE');
        else if (outcome.isStored) {
          expect(stored).toBe('mine');
          expect((await store.head('doc'))?.etag).toBe(outcome.etag);
        } else {
          expect(standing).toBe('other');
          expect(stored).toBe('somebody else');
        }
        if (standing === 'other') expect(stored).toBe('somebody else');
      }),
      { numRuns: 500 },
    );
  });

  test('what must not be sent again is not', async () => {
    const denied = new StoreError('STORE_ACCESS_DENIED', { message: 'PutObject failed.' });
    let sent = 0;
    const store = createMemoryStore({ faults: { before: () => { sent++; throw denied; } } });
    await expect(settlePut(store, 'doc', bytes('mine'), { ifNoneMatch: '*' }, AT_ONCE)).rejects.toBe(denied);
    expect(sent).toBe(1);
  });

  test('when every answer is lost to the end, reading back still finds the own bytes', async () => {
    const plan = new FaultPlan();
    const store = createMemoryStore({ faults: plan });
    plan.armAll('after', ({ operation }) => operation === 'put');
    expect(await settlePut(store, 'doc', bytes('mine'), { ifNoneMatch: '*' }, { ...AT_ONCE, attempts: 1 })).toMatchObject({ isStored: true });
  });

  test('an error that is not the store\'s own passes through at once', async () => {
    const crash = new Error('crash');
    const store = createMemoryStore({ faults: { after: () => { throw crash; } } });
    await expect(settlePut(store, 'doc', bytes('mine'), { ifNoneMatch: '*' }, AT_ONCE)).rejects.toBe(crash);
  });
});
