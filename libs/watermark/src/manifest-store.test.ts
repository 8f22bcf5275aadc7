import type { BatchManifest, StoredManifest } from '@tidemark/domain';
import { decodeCopyManifest, manifestSha256, stateKeys } from '@tidemark/layout';
import { createMemoryStore, type MemoryStore } from '@tidemark/s3-store/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { FaultPlan, type Fault } from '../test/fault-plan.ts';
import { AT_ONCE, manifestOf, PATH, TASK } from '../test/fixtures.ts';
import { createManifestStore, type ManifestStore } from './manifest-store.ts';

const KEYS = stateKeys({ watermarkPath: PATH, task: TASK });
const fails = (code: string) => expect.objectContaining({ code, exit: 21 });

let plan: FaultPlan;
let store: MemoryStore;
let manifests: ManifestStore;
beforeEach(() => {
  plan = new FaultPlan();
  store = createMemoryStore({ bucket: 'shop-lake', faults: plan });
  manifests = createManifestStore({ store, bucket: 'shop-lake', watermarkPath: PATH, settle: AT_ONCE });
});

async function publish(count: number, more: (seq: number) => Partial<BatchManifest> = () => ({})): Promise<StoredManifest[]> {
  const published: StoredManifest[] = [];
  for (let seq = 1; seq <= count; seq++) published.push(await manifests.publish(TASK, manifestOf(seq, published.at(-1) ?? null, more(seq))));
  return published;
}
const rewrite = async (seq: number, change: (manifest: BatchManifest) => object): Promise<void> => {
  const key = KEYS.manifest(1, seq);
  await store.put(key, JSON.stringify(change(JSON.parse((await store.getText(key))!.text) as BatchManifest)));
};

describe('publishing', () => {
  test('gives key and digest of what is stored', async () => {
    const [first] = await publish(1);
    const stored = (await store.get(first!.key))!;
    expect(first!.key).toBe(KEYS.manifest(1, 1));
    expect(first!.sha256).toBe(manifestSha256(stored.body));
  });

  test('I4: a seq is taken once and for all; the second is told by whom', async () => {
    await publish(1, () => ({ run_id: 'run-9', generation: 4 }));
    const before = (await store.getText(KEYS.manifest(1, 1)))!.text;
    await expect(manifests.publish(TASK, manifestOf(1, null, { generation: 3 }))).rejects.toEqual(fails('MANIFEST_EXISTS'));
    await expect(manifests.publish(TASK, manifestOf(1, null, { generation: 5 }))).rejects.toMatchObject({ details: { foundRunId: 'run-9', foundGeneration: 4 } });
    expect((await store.getText(KEYS.manifest(1, 1)))!.text).toBe(before);
  });

  test('the same document may be published again', async () => {
    const manifest = manifestOf(1, null);
    expect(await manifests.publish(TASK, manifest)).toEqual(await manifests.publish(TASK, manifest));
  });

  test('I4: for every fault at every request, a manifest is published once or not at all, and a repetition settles it', async () => {
    const fault = fc.constantFrom<Fault | null>(null, 'before', 'after');
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 8 }), async (faults) => {
        const localPlan = new FaultPlan();
        const local = createMemoryStore({ faults: localPlan });
        const publisher = createManifestStore({ store: local, bucket: 'b', watermarkPath: PATH, settle: AT_ONCE });
        const manifest = manifestOf(1, null);
        localPlan.arm(new Map(faults.flatMap((entry, at) => (entry === null ? [] : [[at + 1, entry]]))));
        const outcome = await publisher.publish(TASK, manifest).catch((error: unknown) => error);
        localPlan.disarm();
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'STORE_UNREACHABLE' });
        else expect(await publisher.list(TASK, 1, 0)).toEqual([outcome]);
        await publisher.publish(TASK, manifest);
        expect((await publisher.list(TASK, 1, 0)).map((stored) => stored.manifest)).toEqual([manifest]);
      }),
      { numRuns: 300 },
    );
  });

  test('a manifest of another table or with counts that do not add up is not published', async () => {
    await expect(manifests.publish({ ...TASK, table: 'SHOP_RO:sales.other' }, manifestOf(1, null))).rejects.toEqual(fails('MANIFEST_FOREIGN'));
    await expect(manifests.publish(TASK, { ...manifestOf(1, null), parts: [] })).rejects.toMatchObject({ code: 'LAYOUT_DOCUMENT_INVALID', exit: 70 });
    expect(store.keys()).toEqual([]);
  });
});

describe('listing', () => {
  test('I3: gives every manifest after a seq, in order, of one epoch', async () => {
    const published = await publish(25);
    await manifests.publish(TASK, manifestOf(1, null, { epoch: 11 }));
    expect(await manifests.list(TASK, 1, 0)).toEqual(published);
    expect(await manifests.list(TASK, 1, 20)).toEqual(published.slice(20));
    expect(await manifests.list(TASK, 1, 25)).toEqual([]);
    expect(await manifests.list(TASK, 2, 0)).toEqual([]);
    expect(await manifests.list(TASK, 11, 0)).toHaveLength(1);
  });

  test('COPY manifests of the same batches are not among them', async () => {
    const published = await publish(2);
    await manifests.writeCopyManifest(TASK, published, 1);
    expect(await manifests.list(TASK, 1, 0)).toEqual(published);
  });

  test.each([1, 2, 3])('I3: a missing manifest %i is a gap', async (seq) => {
    await publish(4);
    await store.deleteMany([KEYS.manifest(1, seq)]);
    await expect(manifests.list(TASK, 1, 0)).rejects.toMatchObject({ code: 'MANIFEST_GAP', exit: 21, details: { seq } });
  });

  test('those before the asked seq may have been cleaned away', async () => {
    const published = await publish(4);
    await store.deleteMany([KEYS.manifest(1, 1), KEYS.manifest(1, 2)]);
    expect(await manifests.list(TASK, 1, 2)).toEqual(published.slice(2));
  });

  test('I3: a manifest that does not follow the one before it is a fork, also at the border of the listing', async () => {
    await publish(3);
    await rewrite(1, (manifest) => ({ ...manifest, run_id: 'somebody-else' }));
    await expect(manifests.list(TASK, 1, 0)).rejects.toEqual(fails('MANIFEST_FORK'));
    await expect(manifests.list(TASK, 1, 1)).rejects.toEqual(fails('MANIFEST_FORK'));
    expect(await manifests.list(TASK, 1, 2)).toHaveLength(1);
  });

  test('I4: a later manifest of an older generation is a fork', async () => {
    const first = await manifests.publish(TASK, manifestOf(1, null, { generation: 2 }));
    await manifests.publish(TASK, manifestOf(2, first, { generation: 1 }));
    await expect(manifests.list(TASK, 1, 0)).rejects.toEqual(fails('MANIFEST_FORK'));
  });

  test.each<[string, string, (manifest: BatchManifest) => object]>([
    ['cut short', 'MANIFEST_CORRUPT', () => ({})],
    ['of a newer version', 'LAYOUT_FORMAT_NEWER', (manifest) => ({ ...manifest, format_version: 2 })],
    ['of another table', 'MANIFEST_FOREIGN', (manifest) => ({ ...manifest, table: 'SHOP_RO:sales_orders.x' })],
    ['of another seq', 'MANIFEST_FOREIGN', (manifest) => ({ ...manifest, seq: 3 })],
  ])('one that is %s is refused', async (_what, code, change) => {
    await publish(2);
    await rewrite(2, change);
    await expect(manifests.list(TASK, 1, 0)).rejects.toEqual(fails(code));
  });

  test('an object that is no manifest is refused where manifests lie', async () => {
    await publish(1);
    await store.put(`${KEYS.manifestPrefix(1)}000000000001.json.bak`, '{}');
    await expect(manifests.list(TASK, 1, 0)).rejects.toEqual(fails('MANIFEST_FORK'));
  });

  test('I9: a store that fails in the middle is an error, not a shorter list', async () => {
    await publish(12);
    plan.armAll('before', ({ operation, key }) => operation === 'get' && key.endsWith('000000000009.json'));
    await expect(manifests.list(TASK, 1, 0)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  });

  test('a table whose name begins alike is another table', async () => {
    const other = { ...TASK, table: 'SHOP_RO:sales.orders_history' };
    await publish(1);
    expect(await manifests.list(other, 1, 0)).toEqual([]);
  });
});

describe('the COPY manifest', () => {
  test('names every part of the group once, and has generation and range in its key', async () => {
    const published = await publish(3);
    const url = await manifests.writeCopyManifest(TASK, published.slice(1), 7);
    const key = KEYS.copyManifest(1, 2, 3, 7);
    expect(url).toBe(`s3://shop-lake/${key}`);
    const { entries } = decodeCopyManifest((await store.get(key))!.body, key);
    expect(entries.map((entry) => [entry.url, entry.mandatory, entry.meta.content_length])).toEqual(
      published.slice(1).flatMap(({ manifest }) => manifest.parts.map((part) => [`s3://shop-lake/${part.key}`, true, part.bytes])),
    );
  });

  test('may be written again, and an older holder writes to another key', async () => {
    const published = await publish(1);
    const url = await manifests.writeCopyManifest(TASK, published, 7);
    expect(await manifests.writeCopyManifest(TASK, published, 7)).toBe(url);
    expect(await manifests.writeCopyManifest(TASK, published, 6)).not.toBe(url);
  });

  test('needs consecutive batches of one epoch and table, with parts', async () => {
    const published = await publish(3);
    const invalid = expect.objectContaining({ code: 'MANIFEST_GROUP_INVALID', exit: 70 });
    const empty = await manifests.publish(TASK, manifestOf(4, published[2]!, { parts: [], counts: { rows: 0, quarantined: 0, bytes: 0, policies: [] } }));
    for (const group of [[], [published[0]!, published[2]!], [published[1]!, published[0]!], [published[0]!, published[0]!], [empty]]) {
      await expect(manifests.writeCopyManifest(TASK, group, 1)).rejects.toEqual(invalid);
    }
    await expect(manifests.writeCopyManifest({ ...TASK, target: 'dw2' }, published, 1)).rejects.toEqual(invalid);
  });
});

describe('the newest epoch', () => {
  test('is 0 without manifests', async () => {
    expect(await manifests.newestEpoch(TASK)).toBe(0);
  });

  test('is found by number, not by the order of texts, and COPY manifests do not count', async () => {
    for (const epoch of [2, 9, 10, 1]) await manifests.publish(TASK, manifestOf(1, null, { epoch }));
    await store.put(KEYS.copyManifest(11, 1, 1, 1), '{}');
    expect(await manifests.newestEpoch(TASK)).toBe(10);
  });
});
