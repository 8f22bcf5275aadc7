import { stateKeys } from '@tidemark/layout';
import { describe, expect, test } from 'vitest';
import { MEMORY_TASK, MemoryWorld } from '../testing/index.ts';

const keys = stateKeys({ watermarkPath: 'watermark/', task: MEMORY_TASK });

/** A world that has loaded some rows, and then got more. */
async function livedIn(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (let id = 1; id <= 25; id++) world.source.put(id, 'first');
  world.source.advance(5_000_000n);
  expect(await world.sync()).toMatchObject({ status: 'success' });
  for (let id = 20; id <= 40; id++) world.source.put(id, 'second');
  world.source.advance(5_000_000n);
  return world;
}

async function rewriteWatermark(world: MemoryWorld, change: (document: Record<string, unknown>) => void): Promise<void> {
  const document = JSON.parse((await world.store.getText(keys.watermark))!.text) as Record<string, unknown>;
  change(document);
  await world.store.put(keys.watermark, JSON.stringify(document));
}

const newestSeq = async (world: MemoryWorld): Promise<number> => (await world.watermark())!.staged_through.seq;

interface Conflict {
  readonly code: string;
  readonly name: string;
  readonly make: (world: MemoryWorld) => Promise<void>;
  readonly says: (world: MemoryWorld) => string;
}

const CONFLICTS: readonly Conflict[] = [
  {
    code: 'STATE_OTHER_SOURCE', name: 'the connection leads to another server',
    make: (world) => {
      world.source.serverId = 'another-server';
      return Promise.resolve();
    },
    says: () => 'memory-source; the connection leads to another-server',
  },
  { code: 'STATE_NO_WATERMARK', name: 'the watermark is gone', make: (world) => world.store.deleteMany([keys.watermark]), says: () => 'there is no watermark' },
  {
    code: 'STATE_WATERMARK_AHEAD', name: 'the watermark says more than the ledger',
    make: async (world) => {
      const seq = await newestSeq(world);
      await rewriteWatermark(world, (document) => Object.assign(document['loaded_through'] as object, { seq: seq + 1 }));
      await rewriteWatermark(world, (document) => Object.assign(document['staged_through'] as object, { seq: seq + 1 }));
    },
    says: () => 'the load ledger of dw ends at batch',
  },
  {
    code: 'STATE_OTHER_TARGET', name: 'the target table is another one',
    make: (world) => Promise.resolve(world.target.recreateTable()),
    says: () => 'oid 16384; it has oid 16385 now',
  },
  {
    code: 'STATE_MANIFEST_MISSING', name: 'a staged batch has lost its manifest',
    make: async (world) => {
      await world.sync({ stages: 'backup-only' });
      await world.store.deleteMany([keys.manifest(1, await newestSeq(world))]);
    },
    says: () => 'is known, and the manifests after batch',
  },
  {
    code: 'STATE_OTHER_CHAIN', name: 'the staged batches follow another batch than the loaded one',
    make: async (world) => {
      await world.sync({ stages: 'backup-only' });
      await rewriteWatermark(world, (document) => Object.assign(document['loaded_through'] as object, { manifest_sha256: 'f'.repeat(64) }));
    },
    says: () => 'follows another batch',
  },
  {
    code: 'STATE_OTHER_CHAIN', name: 'the batches in S3 are not those that the ledger has',
    make: async (world) => {
      const before = (await world.store.getText(keys.watermark))!.text;
      const seq = await newestSeq(world);
      await world.sync();
      // The bucket was put back to its state before that run, and rows were staged anew.
      for (let next = seq + 1; next <= (await newestSeq(world)); next++) await world.store.deleteMany([keys.manifest(1, next)]);
      await world.store.put(keys.watermark, before);
      world.source.put(41, 'third');
      world.source.advance(5_000_000n);
      await world.sync({ stages: 'backup-only' });
    },
    says: () => 'has another batch',
  },
];

describe.each(CONFLICTS)('$code: $name', ({ code, make, says }) => {
  test('the run stops with it, exit 21, and neither rows nor ledger change', async () => {
    const world = await livedIn();
    await make(world);
    const [rows, ledger] = [world.target.rows(), [...world.target.ledger]];
    const result = await world.sync();
    expect(result).toMatchObject({ status: 'failed', exit_code: 21, error: { code } });
    expect(result.table_results['sales.orders']).toMatchObject({ status: 'failed', error_code: code, error_message: expect.stringContaining(says(world)), rows_loaded: 0 });
    expect(result.table_results['sales.orders']!.error_remedy!.length).toBeGreaterThan(0);
    expect(world.target.rows()).toEqual(rows);
    expect(world.target.ledger).toEqual(ledger);
  });

  test('it stays so until something is done, and a reset settles it', async () => {
    const world = await livedIn();
    await make(world);
    expect(await world.sync()).toMatchObject({ error: { code } });
    expect(await world.sync()).toMatchObject({ error: { code } });
    await world.reset();
    world.source.advance(5_000_000n);
    expect(await world.sync()).toMatchObject({ status: 'success', exit_code: 0 });
    expect(world.target.rows()).toEqual(world.source.rows());
  });
});

test('STATE_EPOCH_BEHIND: an old watermark that was put back stops the run', async () => {
  const world = await livedIn();
  const old = (await world.store.getText(keys.watermark))!.text;
  await world.reset();
  await world.store.put(keys.watermark, old);
  expect(await world.sync()).toMatchObject({ status: 'failed', exit_code: 21, error: { code: 'STATE_EPOCH_BEHIND', message: expect.stringContaining('epoch 1, the load ledger of dw is at epoch 2') } });
});

test('STATE_NO_WATERMARK: a watermark that is gone in the middle of a first load is not begun anew over its batches', async () => {
  const world = new MemoryWorld();
  for (let id = 1; id <= 25; id++) world.source.put(id, 'first');
  world.source.advance(5_000_000n);
  await world.sync({ stages: 'backup-only', limit: 20 });
  world.source.put(3, 'changed behind the pages');
  world.source.advance(3_600_000_000n);
  await world.store.deleteMany([keys.watermark]);
  for (let run = 0; run < 2; run++) expect(await world.sync({ stages: 'backup-only' })).toMatchObject({ exit_code: 21, error: { code: 'STATE_NO_WATERMARK', message: expect.stringContaining('from batch 1 on') } });
  await world.reset();
  await world.sync();
  expect(world.target.rows()).toEqual(world.source.rows());
});

test.each(['both', 'backup-only', 'redshift-only'] as const)('STATE_STAGED_ELSEWHERE: batches that wait for the former target table stop a run of %s, and load when it is the target again', async (stages) => {
  const world = new MemoryWorld();
  for (let id = 1; id <= 5; id++) world.source.put(id, 'first');
  world.source.advance(5_000_000n);
  await world.sync({ stages: 'backup-only' });
  expect(await world.sync({ stages, table: { targetTable: 'elsewhere' } })).toMatchObject({ exit_code: 21, error: { code: 'STATE_STAGED_ELSEWHERE', message: expect.stringContaining('staged for reporting.orders') } });
  expect(world.target.rows()).toEqual([]);
  expect(await world.sync({ stages: 'redshift-only' })).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('the source that the watermark was written for is taken again', async () => {
  const world = await livedIn();
  world.source.serverId = 'another-server';
  await world.sync();
  world.source.serverId = 'memory-source';
  expect(await world.sync()).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
});

describe('a lease object that was deleted by hand', () => {
  test('while the ledger is ahead of the watermark: the next run takes a newer generation and goes on', async () => {
    const world = await livedIn();
    const watermark = (await world.store.getText(keys.watermark))!.text;
    for (let run = 0; run < 5; run++) await world.sync();
    // A crash after the commits, and the state of the bucket at that time.
    await rewriteWatermark(world, (document) => Object.assign(document, { generation: (JSON.parse(watermark) as { generation: number }).generation }));
    await world.store.deleteMany([keys.lease]);
    world.source.put(41, 'third');
    world.source.advance(5_000_000n);
    expect(await world.sync()).toMatchObject({ status: 'success' });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('while manifests are ahead of the watermark: what is staged next continues their chain', async () => {
    const world = await livedIn();
    for (let run = 0; run < 3; run++) await world.sync();
    const watermark = (await world.store.getText(keys.watermark))!.text;
    world.source.put(41, 'third');
    world.source.advance(5_000_000n);
    for (let run = 0; run < 3; run++) await world.sync({ stages: 'backup-only' });
    await world.store.put(keys.watermark, watermark);
    await world.store.deleteMany([keys.lease]);
    for (let run = 0; run < 2; run++) expect(await world.sync({ stages: 'backup-only' })).toMatchObject({ status: 'success' });
    expect(await world.sync()).toMatchObject({ status: 'success' });
    expect(world.target.rows()).toEqual(world.source.rows());
  });
});
