import { expect, test } from 'vitest';
import { ledger, manifest, storedWatermark, TASK, through } from '../../test/documents.ts';
import { batchListing, listBatches, showBatch } from './list-batches.ts';
import type { ManifestPort, SyncPorts, TargetPort, TargetState, WatermarkPort } from './ports.ts';

const TARGET = { schema: 'reporting', table: 'orders', workSchema: 'work' };

function ports(stored: Awaited<ReturnType<WatermarkPort['read']>>, target: TargetState | null, asked: unknown[] = []): Pick<SyncPorts, 'watermarks' | 'manifests' | 'target' | 'leases'> {
  const list: ManifestPort['list'] = (...parameters) => {
    asked.push(parameters);
    return Promise.resolve([1, 2, 3].map((seq) => manifest(seq, { epoch: parameters[1], ...(seq === 3 ? { advances: false, parts: [] } : {}) })));
  };
  return {
    watermarks: { read: () => Promise.resolve(stored) } as unknown as WatermarkPort,
    leases: { inspect: () => Promise.resolve({ state: 'held', until: new Date(0), document: { owner: { run_id: 'run_7', host: 'worker-1' } } }) } as unknown as SyncPorts['leases'],
    manifests: { list, listStanding: list } as unknown as ManifestPort,
    target: target === null ? null : ({ inspect: () => Promise.resolve(target) } as unknown as TargetPort),
  };
}

const states = (views: Awaited<ReturnType<typeof listBatches>>): string[] => views.map(({ state }) => state);

test('without a watermark there are no batches, and no manifest is asked for', async () => {
  const asked: unknown[] = [];
  expect(await listBatches(TASK, TARGET, ports(null, { ledger: ledger(3), tableOid: '1' }, asked))).toEqual([]);
  expect(asked).toEqual([]);
});

test('a batch is shown with what its manifest says, from the first of the current epoch on', async () => {
  const asked: unknown[] = [];
  const [first, , third] = await listBatches(TASK, TARGET, ports(storedWatermark({ epoch: 2 }), { ledger: ledger(1, { epoch: 2 }), tableOid: '1' }, asked));
  expect(asked).toEqual([[TASK, 2]]);
  expect(first).toEqual({
    batchId: expect.stringMatching(/^2-000000000001-[0-9a-f]{8}$/), epoch: 2, seq: 1, state: 'loaded', advances: true, rows: 10, files: 1, bytes: 100, stagedAt: '2026-01-31T12:00:00.000Z', runId: 'run_1',
  });
  expect(third).toMatchObject({ state: 'awaiting load', advances: false, files: 0 });
});

test.each<readonly [string, Parameters<typeof ports>[0], TargetState | null, readonly string[]]>([
  ['the ledger tells what is loaded, also where the watermark lags', storedWatermark({ loaded_through: through(1) }), { ledger: ledger(2), tableOid: '1' }, ['loaded', 'loaded', 'awaiting load']],
  ['without a ledger nothing is loaded', storedWatermark(), { ledger: null, tableOid: null }, ['awaiting load', 'awaiting load', 'awaiting load']],
  ['a ledger of an older epoch says nothing about this one', storedWatermark({ epoch: 2 }), { ledger: ledger(3), tableOid: '1' }, ['awaiting load', 'awaiting load', 'awaiting load']],
  ['where Redshift is not asked the watermark tells', storedWatermark({ loaded_through: through(1) }), null, ['loaded', 'awaiting load', 'awaiting load']],
])('%s', async (_name, stored, target, expected) => {
  expect(states(await listBatches(TASK, TARGET, ports(stored, target)))).toEqual(expected);
});

test('a load that is under way is not waited for: the watermark is believed, and who holds the ledger is said', async () => {
  const locked = Object.assign(new Error('locked'), { code: 'LEDGER_LOCKED', exit: 11, remedy: [] });
  const waits: unknown[] = [];
  const asked = {
    ...ports(storedWatermark({ loaded_through: through(1) }), null),
    target: { inspect: (_task: unknown, _target: unknown, waitMs: unknown) => (waits.push(waitMs), Promise.reject(locked)) } as unknown as TargetPort,
  };
  const { batches, ledgerHeldBy } = await batchListing(TASK, TARGET, asked);
  expect(states(batches)).toEqual(['loaded', 'awaiting load', 'awaiting load']);
  expect(ledgerHeldBy).toBe('run run_7 on host worker-1');
  expect(waits).toEqual([expect.any(Number)]);
});

test('one batch is shown with its manifest, and an unknown one is told', async () => {
  const from = ports(storedWatermark({ loaded_through: through(1) }), null);
  const [first] = await listBatches(TASK, TARGET, from);
  expect(await showBatch(TASK, TARGET, first!.batchId, from)).toMatchObject({ ...first, manifest: { seq: 1 } });
  await expect(showBatch(TASK, TARGET, '9-000000000001-00000000', from)).rejects.toMatchObject({ code: 'STATE_BATCH_UNKNOWN', exit: 2 });
});
