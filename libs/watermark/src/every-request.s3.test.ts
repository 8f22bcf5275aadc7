import type { QuarantinedRow, StoredManifest, StoredWatermark } from '@tidemark/domain';
import { initialWatermark, stateKeys } from '@tidemark/layout';
import type { S3Store } from '@tidemark/s3-store';
import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AT_ONCE, manifestOf, TASK } from '../test/fixtures.ts';
import { openS3 } from '../test/open-s3.ts';
import { createLeaseStore, createManifestStore, createQuarantineStore, createWatermarkStore, type LeaseClock } from './index.ts';

// Faults are the emulator's, so these tests always use their own.
delete process.env['TEST_S3_URL'];

/** How long an answer is waited for where one does not come, and where each comes, though late on a busy machine. */
const [HASTY_MS, PATIENT_MS] = [500, 30_000];

/** What happens to one request: it is refused, or lost on its way there, or carried out and its answer lost. */
const FAULTS = ['error-500', 'slow-down-503', 'reset-before', 'reset-after-store', 'error-after-store', 'hold-before', 'hold-after'] as const;

let s3: S3ForTests;
let patient: S3Store;
let hasty: S3Store;
beforeAll(async () => {
  s3 = await s3ForTests();
  patient = openS3(s3, PATIENT_MS);
  hasty = openS3(s3, HASTY_MS);
});
afterEach(() => {
  s3.emulator!.faults.clear();
  s3.emulator!.faults.releaseAll();
});
afterAll(async () => {
  patient.close();
  hasty.close();
  await s3[Symbol.asyncDispose]();
});

const WRITTEN_AT = new Date('2026-01-31T12:00:00Z');
const FIRST = initialWatermark(TASK, { writeId: 'w-1', at: WRITTEN_AT });
const QUARANTINED: readonly QuarantinedRow[] = [{ key: { id: '7' }, column: 'name', code: 'DATA_OVERSIZE', policy: null, found: '70000 bytes of text' }];
const BATCH = { epoch: 1, seq: 1, generation: 1, runId: 'run-1', writeId: 'q-1' };
const never = new AbortController().signal;

let count = 0;
/** The stores of one table of its own, as one process opens them. */
function openStores(store = patient) {
  const watermarkPath = `${s3.prefix}every-${++count}/`;
  const settings = { store, watermarkPath, settle: AT_ONCE };
  const beats: (() => void)[] = [];
  const clock: LeaseClock = { elapsedMs: () => 0, schedule: (_ms, beat) => { beats.push(beat); return () => undefined; }, sleep: async () => undefined };
  return {
    store, watermarkPath, beats,
    watermarks: createWatermarkStore(settings),
    manifests: createManifestStore({ ...settings, bucket: s3.bucket }),
    quarantine: createQuarantineStore(settings),
    leases: createLeaseStore({ ...settings, ttlMs: 60_000, heartbeatMs: 15_000, clock }),
  };
}
type Stores = ReturnType<typeof openStores>;

const published = async ({ manifests }: Stores, epochs: readonly number[] = [1], each = 2): Promise<readonly StoredManifest[]> => {
  const all: StoredManifest[] = [];
  for (const epoch of epochs) for (let seq = 1; seq <= each; seq++) all.push(await manifests.publish(TASK, manifestOf(seq, seq === 1 ? null : all.at(-1)!, { epoch, write_id: `m-${epoch}-${seq}` })));
  return all;
};
const corrupt = async ({ store, watermarkPath }: Stores): Promise<string> => (await store.put(stateKeys({ watermarkPath, task: TASK }).watermark, 'no JSON')).etag;

interface Call<Prepared> {
  /** What stands before it. */
  readonly prepare: (stores: Stores) => Promise<Prepared>;
  readonly send: (stores: Stores, prepared: Prepared) => Promise<unknown>;
  /** What is stored afterwards. */
  readonly look?: (stores: Stores) => Promise<unknown>;
}
const call = <Prepared>(one: Call<Prepared>): Call<unknown> => one as Call<unknown>;
const nothing = (): Promise<null> => Promise.resolve(null);
const readBack = ({ watermarks }: Stores) => watermarks.history(TASK);

/** Every method of the stores that sends a request. */
const CALLS: Readonly<Record<string, Call<unknown>>> = {
  'watermarks.read': call({ prepare: ({ watermarks }) => watermarks.write(TASK, FIRST, null), send: ({ watermarks }) => watermarks.read(TASK) }),
  'watermarks.examine': call({ prepare: corrupt, send: async ({ watermarks }) => (await watermarks.examine(TASK)).kind }),
  'watermarks.write': call<StoredWatermark>({
    prepare: ({ watermarks }) => watermarks.write(TASK, FIRST, null),
    send: ({ watermarks }, { etag }) => watermarks.write(TASK, { ...FIRST, write_id: 'w-2', epoch: 2 }, etag),
    look: readBack,
  }),
  'watermarks.overwrite': call<string>({ prepare: corrupt, send: ({ watermarks }, etag) => watermarks.overwrite(TASK, { ...FIRST, write_id: 'w-2' }, etag), look: readBack }),
  'watermarks.findOld': call({
    prepare: async ({ store, watermarkPath }) => await store.put(`${watermarkPath}tables/shop_ro_sales_orders.json`, JSON.stringify({ last_mysql_data_timestamp: '2026-01-31T12:00:00Z', last_processed_id: 4, mysql_rows_extracted: 4, redshift_rows_loaded: 4, backup_s3_files: [], processed_s3_files: [] })),
    send: ({ watermarks }) => watermarks.findOld(TASK),
  }),
  'watermarks.history': call({
    prepare: async ({ watermarks }) => {
      const one = await watermarks.write(TASK, FIRST, null);
      await watermarks.write(TASK, { ...FIRST, write_id: 'w-2', epoch: 2 }, one.etag);
    },
    send: ({ watermarks }) => watermarks.history(TASK),
  }),
  'manifests.list': call({ prepare: (stores) => published(stores, [1], 3), send: ({ manifests }) => manifests.list(TASK, 1, 1) }),
  'manifests.listStanding': call({ prepare: (stores) => published(stores), send: ({ manifests }) => manifests.listStanding(TASK, 1) }),
  'manifests.newestEpoch': call({ prepare: (stores) => published(stores, [1, 2, 10], 1), send: ({ manifests }) => manifests.newestEpoch(TASK) }),
  'manifests.publish': call({ prepare: nothing, send: async ({ manifests }) => await manifests.publish(TASK, manifestOf(1, null, { write_id: 'm-1' })), look: ({ manifests }) => manifests.list(TASK, 1, 0) }),
  'manifests.writeCopyManifest': call<readonly StoredManifest[]>({
    prepare: (stores) => published(stores),
    send: ({ manifests }, group) => manifests.writeCopyManifest(TASK, group, 1),
    look: async ({ store, watermarkPath }) => (await store.getText(stateKeys({ watermarkPath, task: TASK }).copyManifest(1, 1, 2, 1)))?.text,
  }),
  'quarantine.put': call({ prepare: nothing, send: ({ quarantine }) => quarantine.put(TASK, BATCH, QUARANTINED), look: ({ quarantine, watermarkPath }) => quarantine.read(TASK, stateKeys({ watermarkPath, task: TASK }).quarantine(BATCH)) }),
  'quarantine.read': call<string>({ prepare: ({ quarantine }) => quarantine.put(TASK, BATCH, QUARANTINED), send: ({ quarantine }, key) => quarantine.read(TASK, key) }),
  'leases.inspect': call({ prepare: ({ leases }) => leases.acquire(TASK, 'run-1', 0, 0, never), send: async ({ leases }) => (await leases.inspect(TASK))!.document.generation }),
  'leases.acquire': call({
    prepare: async ({ leases }) => await (await leases.acquire(TASK, 'run-1', 0, 0, never)).release(),
    send: async ({ leases }) => (await leases.acquire(TASK, 'run-2', 4, 0, never)).generation,
    look: async ({ leases }) => (await leases.inspect(TASK))!.document.owner.run_id,
  }),
  'lease.release': call({
    prepare: ({ leases }) => leases.acquire(TASK, 'run-1', 0, 0, never),
    // A renewal is under way, which the release waits for.
    send: async ({ beats }, lease) => {
      beats[0]!();
      await lease.release();
    },
    look: async ({ leases }) => (await leases.inspect(TASK))!.state,
  }),
};

/** What does not depend on where and when it was stored. */
function comparable(value: unknown, { watermarkPath }: Stores): string {
  return JSON.stringify(value ?? null).replaceAll(watermarkPath, 'PATH/');
}

async function outcomeOf({ send, look = nothing }: Call<unknown>, stores: Stores, prepared: unknown): Promise<string> {
  const given = await send(stores, prepared);
  s3.emulator!.faults.clear();
  s3.emulator!.faults.releaseAll();
  return comparable({ given, stored: await look(stores) }, stores);
}

test('every method of the stores is among the calls', () => {
  const stores = openStores();
  const methods = (['watermarks', 'manifests', 'quarantine', 'leases'] as const).flatMap((name) => {
    const holder: object = name === 'quarantine' ? stores[name] : (Object.getPrototypeOf(stores[name]) as object);
    return Object.getOwnPropertyNames(holder).filter((method) => method !== 'constructor').map((method) => `${name}.${method}`);
  });
  expect(Object.keys(CALLS).toSorted()).toEqual([...methods, 'lease.release'].toSorted());
});

describe.each(Object.entries(CALLS))('%s', (_name, one) => {
  test.each(FAULTS)('gives and leaves the same, whichever of its requests meets %s', async (action) => {
    const emulator = s3.emulator!;
    const calm = openStores();
    const prepared = await one.prepare(calm);
    const before = emulator.requests.list().length;
    const expected = await outcomeOf({ ...one, look: nothing }, calm, prepared);
    const requests = emulator.requests.list().length - before;
    expect(requests, 'requests that it sends').toBeGreaterThan(0);
    const stored = one.look === undefined ? null : comparable(await one.look(calm), calm);
    for (let nth = 1; nth <= requests; nth++) {
      const stores = openStores(action.startsWith('hold') ? hasty : patient);
      const begun = await one.prepare(stores);
      const met = emulator.faults.add({ action, match: { nth } });
      expect(await outcomeOf({ ...one, look: nothing }, stores, begun), `request ${nth} of ${requests}`).toBe(expected);
      expect(met.fired, `request ${nth} of ${requests}`).toBe(1);
      if (one.look !== undefined) expect(comparable(await one.look(stores), stores), `stored, request ${nth} of ${requests}`).toBe(stored);
    }
  });
});

describe('I9: a stale listing', () => {
  const stale = () => s3.emulator!.faults.add({ action: 'stale-list', match: { operation: 'ListObjectsV2' }, times: Infinity });

  test('of epochs gives an older one, and no other', async () => {
    const stores = openStores();
    await published(stores, [1], 1);
    stale();
    await published(stores, [2], 1);
    expect(await stores.manifests.newestEpoch(TASK)).toBe(1);
    s3.emulator!.faults.clear();
    expect(await stores.manifests.newestEpoch(TASK)).toBe(2);
  });

  test('of manifests gives the ones before, in both ways of listing', async () => {
    const stores = openStores();
    const [one] = await published(stores, [1], 1);
    stale();
    await stores.manifests.publish(TASK, manifestOf(2, one!));
    expect([await stores.manifests.list(TASK, 1, 0), await stores.manifests.listStanding(TASK, 1)]).toEqual([[one], [one]]);
  });

  test('of the history lacks the newest entry, and no document is without its entry afterwards', async () => {
    const { watermarks } = openStores();
    const one = await watermarks.write(TASK, FIRST, null);
    stale();
    await watermarks.write(TASK, { ...FIRST, write_id: 'w-2', epoch: 2 }, one.etag);
    expect((await watermarks.history(TASK)).map(({ entry }) => entry.epoch)).toEqual([1]);
    s3.emulator!.faults.clear();
    expect((await watermarks.history(TASK)).map(({ entry }) => entry.epoch)).toEqual([1, 2]);
  });
});
