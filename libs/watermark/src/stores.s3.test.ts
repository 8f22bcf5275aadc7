import { initialWatermark } from '@tidemark/layout';
import type { S3Store } from '@tidemark/s3-store';
import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AT_ONCE, manifestOf, TASK } from '../test/fixtures.ts';
import { openS3 } from '../test/open-s3.ts';
import { createLeaseStore, createManifestStore, createWatermarkStore } from './index.ts';

// Faults are the emulator's, so these tests always use their own.
delete process.env['TEST_S3_URL'];

let s3: S3ForTests;
let store: S3Store;
beforeAll(async () => {
  s3 = await s3ForTests();
  store = openS3(s3);
});
afterEach(() => {
  s3.emulator!.faults.clear();
  s3.emulator!.faults.releaseAll();
});
afterAll(async () => {
  store.close();
  await s3[Symbol.asyncDispose]();
});

let count = 0;
const open = () => {
  const watermarkPath = `${s3.prefix}stores-${++count}/`;
  const settings = { store, watermarkPath, settle: AT_ONCE };
  return {
    watermarkPath,
    watermarks: createWatermarkStore(settings),
    otherWatermarks: createWatermarkStore(settings),
    manifests: createManifestStore({ ...settings, bucket: s3.bucket }),
    leases: createLeaseStore({ ...settings, ttlMs: 5_000, heartbeatMs: 1_000 }),
  };
};
const first = initialWatermark(TASK, { writeId: 'w-1', at: new Date('2026-01-31T12:00:00Z') });
const never = new AbortController().signal;

describe('over S3', () => {
  test('a watermark is written by compare-and-set, and keeps its history', async () => {
    const { watermarks, otherWatermarks } = open();
    const one = await watermarks.write(TASK, first, null);
    const seen = (await otherWatermarks.read(TASK))!;
    expect(seen).toEqual(one);
    await watermarks.write(TASK, { ...one.document, epoch: 2 }, one.etag);
    await expect(otherWatermarks.write(TASK, { ...seen.document, source_id: 'x' }, seen.etag)).rejects.toMatchObject({ code: 'WATERMARK_CONFLICT', exit: 21 });
    expect((await watermarks.history(TASK)).map(({ entry, isInEffect }) => [entry.epoch, isInEffect])).toEqual([[1, true], [2, true]]);
  });

  test('of eight who publish one seq, one does', async () => {
    const { manifests } = open();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => manifests.publish(TASK, manifestOf(1, null, { run_id: `run-${at}` }))));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'MANIFEST_EXISTS' });
    expect(await manifests.list(TASK, 1, 0)).toEqual([won[0]!.value]);
  });

  test('more manifests than a page holds are listed in order', async () => {
    const { manifests } = open();
    let last = null;
    for (let seq = 1; seq <= 1_030; seq++) last = await manifests.publish(TASK, manifestOf(seq, last));
    const all = await manifests.list(TASK, 1, 0);
    expect(all.map(({ manifest }) => manifest.seq)).toEqual(Array.from({ length: 1_030 }, (_, at) => at + 1));
    expect(await manifests.list(TASK, 1, 1_028)).toEqual(all.slice(1_028));
  });

  test('of eight who want the lease, one gets it', async () => {
    const { leases } = open();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => leases.acquire(TASK, `run-${at}`, 0, 0, never)));
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    await won[0]!.value.release();
  });

  test('a heartbeat keeps the lease longer than it lasts', async () => {
    const { leases } = open();
    const lease = await leases.acquire(TASK, 'run-1', 0, 0, never);
    await new Promise((resolve) => setTimeout(resolve, 7_500));
    lease.assertHeld();
    expect(await leases.inspect(TASK)).toMatchObject({ state: 'held', document: { generation: 1 } });
    await lease.release();
  });
});

describe('I4: conditional writes whose answer was lost', () => {
  const faults = ['reset-after-store', 'error-after-store', 'reset-before', 'error-500', 'slow-down-503'] as const;

  test.each(faults)('%s on a watermark', async (action) => {
    const { watermarks } = open();
    const one = await watermarks.write(TASK, first, null);
    const met = s3.emulator!.faults.add({ action, match: { operation: 'PutObject' }, times: 2 });
    const two = await watermarks.write(TASK, { ...one.document, source_id: 'server-1' }, one.etag);
    expect(met.fired).toBeGreaterThanOrEqual(1);
    expect(await watermarks.read(TASK)).toEqual(two);
  });

  test.each(faults)('%s on a manifest', async (action) => {
    const { manifests } = open();
    s3.emulator!.faults.add({ action, match: { operation: 'PutObject' } });
    const published = await manifests.publish(TASK, manifestOf(1, null));
    expect(await manifests.list(TASK, 1, 0)).toEqual([published]);
  });

  test.each(faults)('%s on taking and on releasing a lease', async (action) => {
    const { leases } = open();
    s3.emulator!.faults.add({ action, match: { operation: 'PutObject' } });
    const lease = await leases.acquire(TASK, 'run-1', 0, 0, never);
    expect(lease.generation).toBe(1);
    s3.emulator!.faults.add({ action, match: { operation: 'PutObject' } });
    await lease.release();
    expect(await leases.inspect(TASK)).toMatchObject({ state: 'released', document: { generation: 1 } });
  });

  test('a write that lands after its writer gave up changes nothing that was decided since', async () => {
    const { watermarks, otherWatermarks } = open();
    const one = await watermarks.write(TASK, first, null);
    const held = s3.emulator!.faults.add({ action: 'hold-received', match: { operation: 'PutObject' } });
    const late = watermarks.write(TASK, { ...one.document, write_id: 'w-late' }, one.etag).catch((error: unknown) => error);
    const { requestId } = await s3.emulator!.faults.waitForHeld(held.id);
    const seen = (await otherWatermarks.read(TASK))!;
    const decided = await otherWatermarks.write(TASK, { ...seen.document, write_id: 'w-other' }, seen.etag);
    s3.emulator!.faults.release(requestId);
    expect(await late).toMatchObject({ code: 'WATERMARK_CONFLICT' });
    expect(await otherWatermarks.read(TASK)).toEqual(decided);
  });

  test('after a stale listing the next publication finds its seq taken', async () => {
    const { manifests } = open();
    const one = await manifests.publish(TASK, manifestOf(1, null));
    s3.emulator!.faults.add({ action: 'stale-list', match: { operation: 'ListObjectsV2' } });
    const two = await manifests.publish(TASK, manifestOf(2, one));
    expect(await manifests.list(TASK, 1, 0)).toEqual([one]);
    await expect(manifests.publish(TASK, manifestOf(2, one))).rejects.toMatchObject({ code: 'MANIFEST_EXISTS' });
    expect(await manifests.list(TASK, 1, 0)).toEqual([one, two]);
  });
});
