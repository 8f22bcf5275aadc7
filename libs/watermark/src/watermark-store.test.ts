import { createMemoryStore, type MemoryStore } from '@tidemark/s3-store/testing';
import { initialWatermark, stateKeys } from '@tidemark/layout';
import type { WatermarkDocument } from '@tidemark/domain';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { FaultPlan, type Fault } from '../test/fault-plan.ts';
import { AT_ONCE, PATH, TASK } from '../test/fixtures.ts';
import { createWatermarkStore, type WatermarkStore } from './watermark-store.ts';

const KEYS = stateKeys({ watermarkPath: PATH, task: TASK });
const conflict = expect.objectContaining({ code: 'WATERMARK_CONFLICT', exit: 21 });
const first = (more: Partial<WatermarkDocument> = {}): WatermarkDocument => ({ ...initialWatermark(TASK, { writeId: 'w-1', at: new Date('2026-01-31T12:00:00Z'), generation: 1, runId: 'run-1' }), ...more });

let plan: FaultPlan;
let store: MemoryStore;
let watermarks: WatermarkStore;
const another = (): WatermarkStore => createWatermarkStore({ store, watermarkPath: PATH, settle: AT_ONCE });
beforeEach(() => {
  plan = new FaultPlan();
  store = createMemoryStore({ faults: plan });
  watermarks = another();
});

describe('a watermark', () => {
  test('is null before the first write only', async () => {
    expect(await watermarks.read(TASK)).toBeNull();
    const { etag } = await watermarks.write(TASK, first(), null);
    expect(await another().read(TASK)).toEqual({ document: first(), etag });
  });

  test('I4: is written only over the version that was read', async () => {
    const { etag } = await watermarks.write(TASK, first(), null);
    const other = another();
    const seen = (await other.read(TASK))!;
    await watermarks.write(TASK, first({ write_id: 'w-2' }), etag);
    await expect(other.write(TASK, { ...seen.document, write_id: 'w-3' }, seen.etag)).rejects.toEqual(conflict);
    await expect(other.write(TASK, first({ write_id: 'w-4' }), null)).rejects.toEqual(conflict);
    expect((await another().read(TASK))?.document.write_id).toBe('w-2');
  });

  test('the conflict names the run that was quicker', async () => {
    await watermarks.write(TASK, first({ run_id: 'run-9' }), null);
    await expect(another().write(TASK, first({ write_id: 'w-2' }), null)).rejects.toMatchObject({ message: expect.stringContaining('run-9') as string, details: { foundRunId: 'run-9' } });
  });

  test('that was removed meanwhile is a conflict, not a new one', async () => {
    const { etag } = await watermarks.write(TASK, first(), null);
    await store.deleteMany([KEYS.watermark]);
    await expect(watermarks.write(TASK, first({ write_id: 'w-2' }), etag)).rejects.toEqual(conflict);
    expect(await watermarks.read(TASK)).toBeNull();
  });

  test('a write that still has the write id of the replaced version gets a new one', async () => {
    const stored = await watermarks.write(TASK, first(), null);
    const next = await watermarks.write(TASK, { ...stored.document, source_id: 'server-1' }, stored.etag);
    expect(next.document.write_id).not.toBe('w-1');
    expect(next.document.source_id).toBe('server-1');
    expect(await another().read(TASK)).toEqual(next);
  });

  test.each([{ generation: 4 }, { epoch: 1 }])('I4: a document with an older %j is refused even with the right ETag', async (older) => {
    const { etag } = await watermarks.write(TASK, first({ epoch: 2, generation: 5 }), null);
    await expect(watermarks.write(TASK, first({ epoch: 2, generation: 5, write_id: 'w-2', ...older }), etag)).rejects.toEqual(conflict);
  });

  test('fields of a newer writer stay', async () => {
    await watermarks.write(TASK, first(), null);
    const stored = JSON.parse((await store.getText(KEYS.watermark))!.text) as Record<string, unknown>;
    await store.put(KEYS.watermark, JSON.stringify({ ...stored, comment: 'kept', mysql_state: { ...(stored['mysql_state'] as object), bytes: 7 } }));
    const seen = (await watermarks.read(TASK))!;
    const written = await watermarks.write(TASK, first({ write_id: 'w-2' }), seen.etag);
    expect(written.document).toMatchObject({ comment: 'kept', mysql_state: { bytes: 7, status: 'pending' }, write_id: 'w-2' });
    expect((await another().read(TASK))?.document).toEqual(written.document);
  });

  test.each([['half a document', '{"format_version":1,', 'WATERMARK_CORRUPT'], ['another table', JSON.stringify(first({ table: 'SHOP_RO:sales_orders.x' })), 'WATERMARK_FOREIGN'], ['a newer version', '{"format_version":2}', 'LAYOUT_FORMAT_NEWER']])('%s is an error and is never written over', async (_what, text, code) => {
    const { etag } = await store.put(KEYS.watermark, text);
    await expect(watermarks.read(TASK)).rejects.toMatchObject({ code, exit: 21 });
    await expect(watermarks.write(TASK, first(), null)).rejects.toMatchObject({ code });
    await expect(watermarks.write(TASK, first(), etag)).rejects.toMatchObject({ code });
    expect((await store.getText(KEYS.watermark))?.text).toBe(text);
  });

  test('a document of another task is not written under this one', async () => {
    await expect(watermarks.write(TASK, { ...initialWatermark({ ...TASK, target: 'dw2' }, { writeId: 'w', at: new Date() }) }, null)).rejects.toMatchObject({ code: 'WATERMARK_FOREIGN' });
    expect(store.keys()).toEqual([]);
  });
});

describe('lost answers', () => {
  test('I4: for every fault at every request, a write happens once or not at all, and a repetition settles it', async () => {
    const fault = fc.constantFrom<Fault | null>(null, null, 'before', 'after');
    const tally = { stored: 0, unknown: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 14 }), fc.boolean(), async (faults, isNewEpoch) => {
        const localPlan = new FaultPlan();
        const local = createMemoryStore({ faults: localPlan });
        const writer = createWatermarkStore({ store: local, watermarkPath: PATH, settle: AT_ONCE });
        const start = await writer.write(TASK, first(), null);
        const next = first({ write_id: 'w-2', epoch: isNewEpoch ? 2 : 1, run_id: 'run-2' });
        localPlan.arm(new Map(faults.flatMap((entry, at) => (entry === null ? [] : [[at + 1, entry]]))));
        const outcome = await writer.write(TASK, next, start.etag).catch((error: unknown) => error);
        localPlan.disarm();
        const now = (await createWatermarkStore({ store: local, watermarkPath: PATH }).read(TASK))!;
        if (outcome instanceof Error) {
          tally.unknown++;
          expect(outcome).toMatchObject({ code: 'STORE_UNREACHABLE' });
          expect([start.document, next]).toContainEqual(now.document);
          await writer.write(TASK, next, start.etag);
        } else {
          tally.stored++;
          expect(outcome).toEqual(now);
        }
        expect((await writer.read(TASK))?.document).toEqual(next);
        expect((await writer.history(TASK)).map(({ entry }) => [entry.epoch, entry.write_id])).toEqual(isNewEpoch ? [[1, 'w-1'], [2, 'w-2']] : [[1, 'w-1']]);
      }),
      { numRuns: 400 },
    );
    expect(tally.stored).toBeGreaterThan(0);
    expect(tally.unknown).toBeGreaterThan(0);
  });
});

describe('history', () => {
  test('has an entry for the beginning of each epoch, with what was before', async () => {
    let stored = await watermarks.write(TASK, first(), null);
    stored = await watermarks.write(TASK, { ...stored.document, write_id: 'w-2', source_id: 'server-1' }, stored.etag);
    await watermarks.write(TASK, first({ write_id: 'w-3', epoch: 2, generation: 2, updated_at: '2026-02-01T00:00:00.000Z' }), stored.etag);
    const history = await watermarks.history(TASK);
    expect(history.map(({ entry, isInEffect }) => [entry.epoch, entry.before?.write_id ?? null, entry.after.write_id, isInEffect])).toEqual([[1, null, 'w-1', true], [2, 'w-2', 'w-3', true]]);
    expect(history[1]!.entry.before).toMatchObject({ source_id: 'server-1', epoch: 1 });
  });

  test('is written before the watermark: a crash in between leaves an entry that is not in effect, and the next try is', async () => {
    const stored = await watermarks.write(TASK, first(), null);
    plan.armAll('before', ({ operation, key }) => operation === 'put' && key === KEYS.watermark);
    await expect(watermarks.write(TASK, first({ write_id: 'w-2', epoch: 2, generation: 2 }), stored.etag)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    plan.disarm();
    expect((await watermarks.history(TASK)).map(({ entry, isInEffect }) => [entry.write_id, isInEffect])).toEqual([['w-1', true], ['w-2', false]]);
    await another().write(TASK, first({ write_id: 'w-3', epoch: 2, generation: 3 }), stored.etag);
    expect((await watermarks.history(TASK)).map(({ entry, isInEffect }) => [entry.write_id, isInEffect])).toEqual([['w-1', true], ['w-2', false], ['w-3', true]]);
  });

  test('a corrupt entry is an error that names its key', async () => {
    await watermarks.write(TASK, first(), null);
    const key = store.keys().find((name) => name.startsWith(KEYS.historyPrefix))!;
    await store.put(key, '{}');
    await expect(watermarks.history(TASK)).rejects.toMatchObject({ code: 'HISTORY_CORRUPT', message: expect.stringContaining(key) as string });
  });
});

describe('a watermark that cannot be read', () => {
  const corrupt = async (text: string): Promise<string> => (await store.put(KEYS.watermark, text)).etag;

  test.each([
    ['corrupt', '{', 'WATERMARK_CORRUPT'],
    ['newer', JSON.stringify({ ...first(), format_version: 99 }), 'LAYOUT_FORMAT_NEWER'],
    ['another table’s', JSON.stringify({ ...first(), table: 'SHOP_RO:sales.others' }), 'WATERMARK_FOREIGN'],
  ])('is examined without an error when it is %s', async (_name, text, code) => {
    const etag = await corrupt(text);
    expect(await watermarks.examine(TASK)).toMatchObject({ kind: 'unreadable', etag, error: { code } });
    await expect(watermarks.read(TASK)).rejects.toMatchObject({ code });
  });

  test('examining tells none and readable ones apart', async () => {
    expect(await watermarks.examine(TASK)).toEqual({ kind: 'none' });
    const stored = await watermarks.write(TASK, first(), null);
    expect(await another().examine(TASK)).toEqual({ kind: 'readable', stored });
  });

  test('is written over under its ETag, and its bytes stay in the history', async () => {
    const etag = await corrupt('{ broken');
    await expect(watermarks.overwrite(TASK, first({ epoch: 2 }), '"another"')).rejects.toEqual(conflict);
    const stored = await watermarks.overwrite(TASK, first({ epoch: 2 }), etag);
    expect(await another().read(TASK)).toEqual(stored);
    expect(await watermarks.overwrite(TASK, first({ epoch: 2 }), etag), 'repeating it succeeds').toEqual(stored);
    const [record] = await watermarks.history(TASK);
    expect(record).toMatchObject({ isInEffect: true, entry: { epoch: 2, before: null } });
    expect(Buffer.from(record!.entry.unreadable_before!, 'base64').toString()).toBe('{ broken');
  });

  test('still has its history', async () => {
    await watermarks.write(TASK, first(), null);
    await corrupt('{');
    expect(await another().history(TASK)).toMatchObject([{ isInEffect: true, entry: { epoch: 1 } }]);
  });

  test.each<Fault>(['before', 'after'])('I4: is written over once when an answer is lost %s the request arrived', async (fault) => {
    for (let nth = 1; nth <= 4; nth++) {
      await store.deleteMany(store.keys());
      const etag = await corrupt('{');
      plan.arm(new Map([[nth, fault]]));
      await watermarks.overwrite(TASK, first({ write_id: `w-${nth}` }), etag).catch(() => watermarks.overwrite(TASK, first({ write_id: `w-${nth}` }), etag));
      plan.disarm();
      expect((await another().read(TASK))?.document.write_id).toBe(`w-${nth}`);
    }
  });
});

describe('what the replaced tool left', () => {
  const OLD = { last_mysql_data_timestamp: '2026-01-31T12:00:00', last_processed_id: 7 };

  test('is found at each of its keys, and is null where there is nothing', async () => {
    expect(await watermarks.findOld(TASK)).toBeNull();
    for (const key of ['watermark/tables/shop_ro_sales_orders.json', 'watermarks/v2/shop_ro_sales_orders_dw.json']) {
      await store.put(key, JSON.stringify(key.includes('v2') ? { mysql_state: {}, table_name: TASK.table } : OLD));
      expect(await watermarks.findOld(TASK)).toMatchObject({ key });
    }
  });

  test('of another table whose key is the same is passed over', async () => {
    await store.put('watermarks/v2/shop_ro_sales_orders_dw.json', JSON.stringify({ mysql_state: {}, table_name: 'SHOP:ro_sales.orders' }));
    expect(await watermarks.findOld(TASK)).toBeNull();
  });
});
