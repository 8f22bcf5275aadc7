import { stateKeys } from '@tidemark/layout';
import { silentLogger } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { crashAt, MEMORY_SETTINGS, MEMORY_TABLE, MEMORY_TASK, MemoryWorld } from '../../testing/index.ts';
import { discardBatches } from './discard-batches.ts';
import { listFiles } from './list-files.ts';
import { repairWatermark } from './repair-watermark.ts';
import { resetWatermark } from './reset-watermark.ts';
import { restageBatches } from './restage-batches.ts';
import { rollbackWatermark } from './rollback-watermark.ts';
import { setLoadedCount } from './set-count.ts';
import type { EpochRequest } from './state-request.ts';
import type { PortRequest, RequestWrapper } from '../port-methods.ts';
import type { SyncPorts } from '../ports.ts';

const keys = stateKeys({ watermarkPath: 'watermark/', task: MEMORY_TASK });

function fill(world: MemoryWorld, from: number, to: number, state: string): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** 25 rows are loaded; 26 more rows were written, staged, and are not loaded. */
async function withWaiting(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  await world.sync();
  world.source.advance(600_000_000n);
  fill(world, 20, 45, 'second');
  await world.sync({ stages: 'backup-only' });
  return world;
}

/** In the middle of a first load: pages are loaded, others wait, others are not read. */
async function inFirstLoad(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 40, 'first');
  await world.sync({ limit: 10 });
  fill(world, 3, 5, 'changed behind the pages');
  await world.sync({ stages: 'backup-only', limit: 20 });
  return world;
}

/** The whole first load is staged, and two of its pages are loaded. */
async function firstLoadStaged(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 40, 'first');
  await world.sync({ limit: 20 });
  fill(world, 3, 5, 'changed behind the pages');
  await world.sync({ stages: 'backup-only' });
  return world;
}

async function expectWhole(world: MemoryWorld): Promise<void> {
  world.letLeasesExpire();
  world.source.advance(5_000_000n);
  expect(await world.sync()).toMatchObject({ status: 'success', exit_code: 0 });
  expect(world.target.rows()).toEqual(world.source.rows());
  const watermark = (await world.watermark())!;
  const batches = world.target.ledger.filter(({ epoch }) => epoch === watermark.epoch);
  expect(watermark.loaded_through.seq, 'I2: ledger and watermark agree').toBe(batches.length);
  expect(batches.map(({ seq }) => seq), 'I3: every batch once, in order').toEqual(batches.map((_, index) => index + 1));
}

/** Notes every request that is made. */
function noting(requests: PortRequest[]): RequestWrapper {
  return {
    call: (request, proceed) => (requests.push(request), proceed()),
    stream: (request, proceed) => (requests.push(request), proceed()),
  };
}

type Command = (request: EpochRequest, ports: SyncPorts) => Promise<unknown>;

const restaging = { settings: MEMORY_SETTINGS, table: MEMORY_TABLE, logger: silentLogger, emit: () => undefined };

const COMMANDS: Readonly<Record<string, Command>> = {
  reset: (request, ports) => resetWatermark({ ...request, isForced: false }, ports),
  'reset that keeps what is staged': (request, ports) => resetWatermark({ ...request, isForced: false, preserve: restaging }, ports),
  rollback: (request, ports) => rollbackWatermark({ ...request, toEpoch: null }, ports),
  repair: (request, ports) => repairWatermark(request, ports),
  'count set': (request, ports) => setLoadedCount({ ...request, count: 7 }, ports),
  discard: (request, ports) => discardBatches({ ...request, batchId: null, isWrittenOff: false }, ports),
  restage: (request, ports) => restageBatches({ ...request, ...restaging, batchId: null }, ports),
};

/** Commands whose outcome depends on how a first load stands. */
const BY_PHASE = new Set(['rollback', 'repair', 'discard']);

const WORLDS = { 'batches wait': withWaiting, 'a first load is half done': inFirstLoad, 'a first load is staged': firstLoadStaged };

describe.each(Object.entries(COMMANDS))('I1-I3: %s', (name, command) => {
  describe.each(Object.entries(WORLDS).slice(0, BY_PHASE.has(name) ? undefined : 1))('while %s', (_situation, make) => {
    async function made(): Promise<MemoryWorld> {
      const world = await make();
      // There must be an epoch to go back to.
      if (name === 'rollback') await world.reset();
      return world;
    }

    test('leaves a state from which a run makes target equal source', async () => {
      const world = await made();
      await world.command(command);
      await expectWhole(world);
    });

    test('loses and doubles nothing when the process dies at any step, whether it is run again or not', async () => {
      const requests: PortRequest[] = [];
      await (await made()).command(command, { wrapper: noting(requests) });
      const passed = new Map<string, number>();
      for (const request of requests) {
        const nth = (passed.get(`${request.port}.${request.method}`) ?? 0) + 1;
        passed.set(`${request.port}.${request.method}`, nth);
        for (const moment of ['before', 'after', 'answer-lost'] as const) {
          for (const isRunAgain of moment === 'after' ? [true, false] : [true]) {
            const world = await made();
            const crash = crashAt({ ...request, moment }, nth);
            await world.command(command, { wrapper: crash }).catch(() => undefined);
            if (!crash.hasStruck) continue;
            world.letLeasesExpire();
            // A second discard may find that nothing waits any more.
            if (isRunAgain) await world.command(command).catch((error: unknown) => expect(error).toMatchObject({ code: 'STATE_BATCH_UNKNOWN' }));
            await expectWhole(world);
          }
        }
      }
      expect([...passed.keys()]).toEqual(expect.arrayContaining(['leases.acquire', 'watermarks.examine', 'target.inspect', 'lease.release', ...(name === 'repair' ? [] : ['watermarks.write'])]));
    });

    test('a dry run changes nothing and needs no lease', async () => {
      const world = await made();
      const before = world.store.keys().map((key) => key);
      const watermark = await world.watermark();
      await world.command(command, { isDryRun: true });
      expect(world.store.keys()).toEqual(before);
      expect(await world.watermark()).toEqual(watermark);
    });
  });
});

describe('batches of an older epoch', () => {
  test('never load after a reset', async () => {
    const world = await withWaiting();
    await world.reset();
    const loaded = world.target.ledger.length;
    await world.sync({ stages: 'redshift-only' });
    expect(world.target.ledger.length).toBe(loaded);
  });

  test('are loaded first where they are to be kept', async () => {
    const world = await withWaiting();
    await world.reset({ preserve: restaging });
    expect(world.target.rows()).toEqual(world.source.rows());
    expect((await world.watermark())?.epoch).toBe(2);
  });

  test('a reset says which ones are dropped', async () => {
    const world = await withWaiting();
    const { droppedBatches } = await world.command((request, ports) => resetWatermark({ ...request, isForced: false }, ports), { isDryRun: true });
    expect(droppedBatches.length).toBeGreaterThan(1);
  });
});

describe('append mode', () => {
  test.each(['reset', 'rollback'])('%s asks for --accept-duplicates once something is loaded', async (name) => {
    const world = await withWaiting();
    await expect(world.command(COMMANDS[name]!, { mode: 'append' })).rejects.toMatchObject(name === 'reset' ? { code: 'STATE_WOULD_DUPLICATE', exit: 2 } : { code: 'STATE_NO_HISTORY' });
    await world.reset();
    await expect(world.command(COMMANDS[name]!, { mode: 'append' })).rejects.toMatchObject({ code: 'STATE_WOULD_DUPLICATE', exit: 2 });
    const { epoch } = (await world.watermark())!;
    await world.command(COMMANDS[name]!, { mode: 'append', acceptDuplicates: true });
    expect((await world.watermark())?.epoch).toBe(epoch + 1);
  });

  test('discard needs none: what is read again was never loaded', async () => {
    const world = await withWaiting();
    await world.command(COMMANDS['discard']!, { mode: 'append' });
    await expectWhole(world);
  });

  test('a reset before anything was loaded needs none', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    await world.sync({ stages: 'backup-only' });
    await world.reset({ mode: 'append' });
    await expectWhole(world);
  });
});

describe('rollback', () => {
  test('undoes a reset: reading goes on where the table was loaded to', async () => {
    const world = await withWaiting();
    await world.reset();
    await world.command(COMMANDS['rollback']!);
    // Every page of the first load is loaded, so the increments go on where they began.
    expect(await world.watermark()).toMatchObject({ epoch: 3, phase: 'incremental', loaded_through: { seq: 0, position: { kind: 'tick', column: 'updated_at' } } });
    await expectWhole(world);
  });

  test('goes to the end of the epoch that is named, and names those there are', async () => {
    const world = await withWaiting();
    await world.reset();
    await world.reset();
    await expect(world.command((request, ports) => rollbackWatermark({ ...request, toEpoch: 9 }, ports))).rejects.toMatchObject({ code: 'STATE_NO_HISTORY', message: expect.stringContaining('it has epoch 1, 2') as string });
    const { after } = await world.command((request, ports) => rollbackWatermark({ ...request, toEpoch: 1 }, ports));
    expect(after).toMatchObject({ epoch: 4, phase: 'incremental', first_load_mark: null, loaded_through: { position: { kind: 'tick', column: 'updated_at' } } });
    await expectWhole(world);
  });

  test('keeps what was counted in all', async () => {
    const world = await withWaiting();
    await world.command((request, ports) => setLoadedCount({ ...request, count: 1234 }, ports));
    await world.reset();
    await world.command(COMMANDS['rollback']!);
    expect((await world.watermark())!.redshift_state.total_rows).toBe(0);
  });
});

describe('repair', () => {
  const lost: Readonly<Record<string, (world: MemoryWorld) => Promise<unknown>>> = {
    'is gone': (world) => world.store.deleteMany([keys.watermark]),
    'is corrupt': (world) => world.store.put(keys.watermark, '{ "epoch": '),
  };

  describe.each(Object.entries(WORLDS))('while %s', (_situation, make) => {
    test.each(Object.entries(lost))('rebuilds a watermark that %s, and nothing of it is read again', async (_how, lose) => {
      const world = await make();
      const before = (await world.watermark())!;
      await lose(world);
      expect(await world.sync()).toMatchObject({ exit_code: 21 });
      await world.command(COMMANDS['repair']!);
      const after = (await world.watermark())!;
      expect(after).toMatchObject({ epoch: 1, loaded_through: before.loaded_through, redshift_state: { total_rows: before.redshift_state.total_rows } });
      expect(after.staged_through.seq).toBe(before.staged_through.seq);
      expect(after.mysql_state.total_rows).toBe(before.mysql_state.total_rows);
      await expectWhole(world);
      expect((await world.watermark())?.source_id).toBe('memory-source');
    });

    test('a watermark that says what stands is left as it is', async () => {
      const world = await make();
      const before = (await world.store.getText(keys.watermark))!.text;
      expect(await world.command(repairWatermark)).toMatchObject({ isChanged: false });
      expect((await world.store.getText(keys.watermark))!.text).toBe(before);
    });

    test('a ledger that was restored to an earlier state: what it lost is loaded again from S3', async () => {
      const world = await make();
      await world.sync({ stages: 'redshift-only' });
      world.target.forgetLastBatch();
      expect(await world.sync()).toMatchObject({ error: { code: 'STATE_WATERMARK_AHEAD' } });
      await world.command(COMMANDS['repair']!);
      await expectWhole(world);
    });
  });

  test('an old watermark that was put back is brought into the ledger’s epoch', async () => {
    const world = await withWaiting();
    const old = (await world.store.getText(keys.watermark))!.text;
    await world.reset();
    await world.sync();
    await world.store.put(keys.watermark, old);
    expect(await world.sync()).toMatchObject({ error: { code: 'STATE_EPOCH_BEHIND' } });
    await world.command(COMMANDS['repair']!);
    expect((await world.watermark())?.epoch).toBe(2);
    await expectWhole(world);
  });

  test('without ledger, manifests and history there is nothing to rebuild from', async () => {
    await expect(new MemoryWorld().command(repairWatermark)).rejects.toMatchObject({ code: 'STATE_NOT_REPAIRABLE', exit: 21 });
  });

  test('manifests that end before the ledger are told, and a reset settles it', async () => {
    const world = await withWaiting();
    await world.sync({ stages: 'redshift-only' });
    const { staged_through: staged } = (await world.watermark())!;
    await world.store.deleteMany([keys.watermark, keys.manifest(1, staged.seq)]);
    await expect(world.command(repairWatermark)).rejects.toMatchObject({ code: 'STATE_MANIFEST_MISSING', exit: 21 });
    await world.reset();
    await expectWhole(world);
  });
});

describe('reset over what cannot be read', () => {
  test('a corrupt watermark', async () => {
    const world = await withWaiting();
    await world.store.put(keys.watermark, 'garbage');
    await world.reset();
    expect((await world.watermark())?.epoch).toBe(2);
    await expectWhole(world);
  });

  test.each([
    ['a newer version’s', { format_version: 99 }, 'format version 99'],
    ['another table’s', { table: 'SHOP_RO:sales.others' }, 'sales.others'],
  ])('%s only when it is forced', async (_whose, change, says) => {
    const world = await withWaiting();
    const document = JSON.parse((await world.store.getText(keys.watermark))!.text) as object;
    await world.store.put(keys.watermark, JSON.stringify({ ...document, ...change }));
    await expect(world.reset()).rejects.toMatchObject({ code: 'STATE_NOT_OURS', exit: 21, message: expect.stringContaining(says) as string });
    await world.reset({ isForced: true });
    await expectWhole(world);
  });

  test('no watermark and a ledger in epoch 1: the new epoch is beyond the manifests that stand', async () => {
    const world = await withWaiting();
    await world.store.deleteMany([keys.watermark]);
    await world.reset();
    expect(await world.watermark()).toMatchObject({ epoch: 2, staged_through: { seq: 0 } });
    await expectWhole(world);
  });

  test('neither watermark nor ledger nor history, but manifests: they are not taken over', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 25, 'first');
    await world.sync({ stages: 'backup-only' });
    await world.store.deleteMany(world.store.keys().filter((key) => key === keys.watermark || key.startsWith(keys.historyPrefix)));
    await world.reset();
    expect((await world.watermark())?.epoch).toBe(2);
    await expectWhole(world);
  });
});

describe('discard', () => {
  test('a batch that is written off is skipped, and only it', async () => {
    const world = await withWaiting();
    const waiting = await world.command(async (request, ports) => await discardBatches({ ...request, batchId: null, isWrittenOff: true }, ports));
    expect(waiting.rowsWrittenOff).toBe(waiting.batch.manifest.counts.rows);
    await world.sync();
    expect((await world.watermark())?.epoch).toBe(2);
  });

  test('only the next one can be written off', async () => {
    const world = await withWaiting();
    const { droppedBatches } = await world.command((request, ports) => discardBatches({ ...request, batchId: null, isWrittenOff: false }, ports), { isDryRun: true });
    const second = droppedBatches[1]!;
    await expect(world.command((request, ports) => discardBatches({ ...request, batchId: second, isWrittenOff: true }, ports))).rejects.toMatchObject({ code: 'STATE_BATCH_NOT_FIRST', exit: 2 });
  });

  test('a loaded batch, an unknown one and none at all are told apart', async () => {
    const world = await withWaiting();
    const discard = (batchId: string | null) => world.command((request, ports) => discardBatches({ ...request, batchId, isWrittenOff: false }, ports));
    await expect(discard(world.target.ledger[0]!.batchId)).rejects.toMatchObject({ code: 'STATE_BATCH_LOADED' });
    await expect(discard('1-000000000099-00000000')).rejects.toMatchObject({ code: 'STATE_BATCH_UNKNOWN', message: expect.stringContaining('these wait: 1-') as string });
    await world.sync();
    await expect(discard(null)).rejects.toMatchObject({ code: 'STATE_BATCH_UNKNOWN' });
  });
});

test('files are listed by the manifests, and the watermark does not grow with them', async () => {
  const world = await withWaiting();
  const files = await world.command((_request, ports) => listFiles(MEMORY_TASK, ports));
  expect(new Set(files.map(({ state }) => state))).toEqual(new Set(['loaded', 'awaiting load']));
  const length = async (): Promise<number> => (await world.store.getText(keys.watermark))!.text.length;
  const before = await length();
  for (let round = 0; round < 5; round++) {
    fill(world, 1, 45, `round ${round}`);
    await world.sync();
  }
  expect((await world.command((_request, ports) => listFiles(MEMORY_TASK, ports))).length).toBeGreaterThan(files.length);
  expect(Math.abs((await length()) - before)).toBeLessThan(100);
});

test('a repair after a crash between the batch of a snapshot and the watermark leaves a state that a run goes on from', async () => {
  const world = new MemoryWorld();
  const options = { reading: { strategy: 'full_sync', resumable: false, additionalWhere: null }, table: { loadMode: 'replace' } } as const;
  fill(world, 1, 3, 'first');
  await world.sync(options);
  fill(world, 2, 4, 'second');
  await world.sync({ ...options, wrapper: crashAt({ port: 'manifests', method: 'publish', moment: 'after' }, 1) });
  world.letLeasesExpire();
  await world.command(repairWatermark);
  expect(await world.watermark()).toMatchObject({ phase: 'snapshot', staged_through: { seq: 2 } });
  expect(await world.sync(options)).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
});
