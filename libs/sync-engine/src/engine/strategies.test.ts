import type { ResolvedReading } from '@tidemark/config';
import { describe, expect, test } from 'vitest';
import { ANY_RUN_CRASH_POINTS, crashAt, crashPointName, MemoryWorld, type RunOptions } from '../testing/index.ts';

const TIME = { timestampColumn: null, timestampFormat: 'datetime', lagMs: 1000, lookbackMs: 60_000, lateCommits: 'lookback', nullCursor: 'fail', additionalWhere: null } as const;
const TIMESTAMP_ONLY: ResolvedReading = { strategy: 'timestamp_only', ...TIME };
const ID_ONLY: ResolvedReading = { strategy: 'id_only', idColumn: null, idLookback: 50, lateCommits: 'lookback', additionalWhere: null };
const FULL_SYNC: ResolvedReading = { strategy: 'full_sync', resumable: false, additionalWhere: null };
const IN_PAGES: ResolvedReading = { ...FULL_SYNC, resumable: true };

/** Requests that runs of these worlds make only when something else went wrong, or never. */
const NOT_REACHED = new Set(['quarantine.put', 'quarantine.read', 'watermarks.findOld', 'partWriter.abort', 'source.describeQuery', 'source.openTransactions']);
const points = ANY_RUN_CRASH_POINTS.filter(({ port, method }) => !NOT_REACHED.has(`${port}.${method}`));
const SNAPSHOT_ONLY = new Set(['source.snapshot', 'snapshot.read', 'snapshot.close']);

function fill(world: MemoryWorld, from: number, to: number, state: string, gapMicros = 50_000n): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(gapMicros);
  }
  world.source.advance(5_000_000n);
}

async function expectWhole(world: MemoryWorld, options: RunOptions): Promise<void> {
  world.letLeasesExpire();
  world.source.advance(5_000_000n);
  expect(await world.sync(options)).toMatchObject({ status: 'success', exit_code: 0 });
  expect(world.target.rows()).toEqual(world.source.rows());
  const seqs = world.target.ledger.map(({ seq }) => seq);
  expect(seqs, 'I3: every batch once, in order, without gaps').toEqual(seqs.map((_, index) => index + 1));
}

describe.each([
  ['timestamp_only', TIMESTAMP_ONLY],
  ['id_only', ID_ONLY],
  ['full_sync', FULL_SYNC],
  ['full_sync in pages', IN_PAGES],
] as const)('I1-I3: %s', (_name, reading) => {
  const isReached = (request: string): boolean => (reading === FULL_SYNC ? request !== 'source.read' : !SNAPSHOT_ONLY.has(request)) && (request !== 'source.hasRows' || reading.strategy === 'id_only') && (request !== 'source.clock' || !('resumable' in reading));
  const reached = points.filter(({ port, method }) => isReached(`${port}.${method}`));

  test.each(reached.map((point) => ({ point, name: crashPointName(point) })))('a run that breaks at $name is whole after the next one', async ({ point }) => {
    let struck = 0;
    for (const nth of [1, 2, 3]) {
      const world = new MemoryWorld();
      fill(world, 1, 25, 'first');
      await world.sync({ reading });
      world.source.advance(600_000_000n);
      fill(world, reading === ID_ONLY ? 26 : 20, 45, 'second');
      const crash = crashAt(point, nth);
      await world.sync({ reading, wrapper: crash });
      if (crash.hasStruck) struck++;
      const watermark = await world.watermark();
      expect(watermark?.loaded_through.seq ?? 0, 'I1: the watermark passes nothing that is not committed').toBeLessThanOrEqual(world.target.ledger.length);
      await expectWhole(world, { reading });
    }
    expect(struck, 'the crash point was passed').toBeGreaterThan(0);
  });

  test('a table without rows is no failure, and its first rows come with the next run', async () => {
    const world = new MemoryWorld();
    expect(await world.sync({ reading })).toMatchObject({ status: 'success' });
    fill(world, 1, 12, 'first');
    await expectWhole(world, { reading });
  });
});

describe('timestamp_only', () => {
  test('a batch never ends within a tick, however many rows share it, and nothing is read twice', async () => {
    const world = new MemoryWorld();
    await world.sync({ reading: TIMESTAMP_ONLY });
    for (const tick of [3, 25, 8, 1]) {
      fill(world, world.source.rows().length + 1, world.source.rows().length + tick, `tick of ${tick}`, 0n);
    }
    const result = await world.sync({ reading: { ...TIMESTAMP_ONLY, lookbackMs: 0 } as ResolvedReading });
    expect(result.table_results['sales.orders']).toMatchObject({ rows_extracted: 37 });
    const sizes = world.events.flatMap((event) => (event.type === 'batch' && event.phase === 'staged' ? [event.rows] : []));
    expect(sizes).toEqual([28, 9]);
    expect((await world.watermark())?.staged_through.position).toMatchObject({ kind: 'tick' });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('a row that is committed late, in a tick that was read, comes with the lookback', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    await world.sync({ reading: TIMESTAMP_ONLY });
    const late = world.source.begin(77, 'late');
    fill(world, 6, 9, 'second');
    await world.sync({ reading: TIMESTAMP_ONLY });
    world.source.commit(late);
    await expectWhole(world, { reading: TIMESTAMP_ONLY });
  });

  test('a row limit ends at a whole tick, and the next run goes on from there', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 2, 'before');
    await world.sync({ reading: TIMESTAMP_ONLY });
    fill(world, 3, 9, 'alike', 0n);
    fill(world, 10, 12, 'after');
    const result = await world.sync({ reading: { ...TIMESTAMP_ONLY, lookbackMs: 0 } as ResolvedReading, limit: 3 });
    expect(result.table_results['sales.orders']).toMatchObject({ rows_extracted: 9, limited: true });
    await expectWhole(world, { reading: TIMESTAMP_ONLY });
  });
});

describe('id_only', () => {
  test('an id that is committed late comes with the lookback', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    const late = world.source.begin(6, 'late');
    fill(world, 7, 9, 'second');
    await world.sync({ reading: ID_ONLY });
    world.source.commit(late);
    await expectWhole(world, { reading: ID_ONLY });
  });

  test('guard waits for the transactions that were open when the greatest id was fixed', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    const late = world.source.begin(6, 'late');
    fill(world, 7, 9, 'second');
    const reading = { ...ID_ONLY, lateCommits: 'guard' } as ResolvedReading;
    const running = world.sync({ reading });
    setTimeout(() => {
      world.source.commit(late);
    }, 300);
    expect(await running).toMatchObject({ status: 'success' });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('guard gives up on a transaction that stays open, and says so', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    world.source.begin(6, 'never');
    const { processing } = world.table;
    const result = await world.sync({ reading: { ...ID_ONLY, lateCommits: 'guard' } as ResolvedReading, table: { processing: { ...processing, queryTimeoutMs: 100 } } });
    expect(result).toMatchObject({ status: 'failed', exit_code: 13, table_results: { 'sales.orders': { error_code: 'SYNC_GUARD_TIMEOUT' } } });
    expect(world.target.rows()).toEqual([]);
  });
});

describe('guard, by the clock', () => {
  const reading = { lateCommits: 'guard' } as const;

  test('the end of a run stays below the start of the oldest open transaction, so its rows are read when it has ended', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'first');
    await world.sync({ reading });
    world.source.advance(10_000_000n);
    const late = world.source.begin(77, 'late');
    world.source.advance(2_000_000_000n);
    fill(world, 6, 9, 'after it began');
    await world.sync({ reading });
    expect(world.target.rows().map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5']);
    world.source.commit(late);
    await expectWhole(world, { reading });
  });

  test('a replica does not see what is open at its source', async () => {
    const world = new MemoryWorld();
    world.source.isReplica = true;
    expect(await world.sync({ reading })).toMatchObject({ exit_code: 10, table_results: { 'sales.orders': { error_code: 'SYNC_GUARD_REPLICA' } } });
  });
});

describe('full_sync', () => {
  test('all pages are of one moment, whatever is written between them', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 25, 'then');
    const moment = world.source.rows();
    let pages = 0;
    const writing = {
      call: <T>(_request: unknown, proceed: () => Promise<T>) => proceed(),
      async *stream<T>(request: { readonly port: string }, proceed: () => AsyncIterable<T>) {
        yield* proceed();
        if (request.port === 'snapshot' && ++pages === 1) fill(world, 1, 40, 'later');
      },
    };
    await world.sync({ reading: FULL_SYNC, wrapper: writing });
    expect(world.target.rows()).toEqual(moment);
    await expectWhole(world, { reading: FULL_SYNC });
  });

  test('the last batch of a set, and no other, is final; one that ends with a full page has a final batch without rows', async () => {
    for (const [rows, sizes] of [[25, [10, 10, 5]], [20, [10, 10, 0]], [0, [0]]] as const) {
      const world = new MemoryWorld();
      fill(world, 1, rows, 'x');
      const result = await world.sync({ reading: FULL_SYNC, stages: 'backup-only' });
      expect(result.table_results['sales.orders']).not.toHaveProperty('incomplete');
      const manifests = await world.manifests();
      expect(manifests.map(({ counts, snapshot }) => [counts.rows, snapshot?.final])).toEqual(sizes.map((size, index) => [size, index === sizes.length - 1]));
      expect(new Set(manifests.map(({ snapshot }) => snapshot?.id)).size).toBe(1);
      expect(manifests[0]?.snapshot?.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(await world.watermark()).toMatchObject({ phase: 'snapshot', snapshot: manifests.at(-1)?.snapshot });
    }
  });

  test('a query that is read whole ends at a row limit too', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 20, 'first');
    const query = 'select `id`, `updated_at`, `state` from `sales`.`orders`';
    const reading: ResolvedReading = { strategy: 'custom_sql', additionalWhere: null, query, timestampColumn: null, idColumn: null, idLookback: null, timestampFormat: 'datetime', lagMs: 0, lookbackMs: 0, lateCommits: 'accept', nullCursor: 'fail' };
    for (const limit of [5, 20]) expect((await world.sync({ reading, table: { loadMode: 'replace' }, limit })).table_results['sales.orders']).toMatchObject({ status: 'success', incomplete: true, limited: true, rows_extracted: limit });
    expect(world.target.rows()).toEqual([]);
  });

  test('with a row limit no set is said to be whole, and the next run begins another one', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 25, 'x');
    for (const limit of [12, 100]) {
      expect((await world.sync({ reading: FULL_SYNC, limit })).table_results['sales.orders']).toMatchObject({ incomplete: true, limited: limit === 12 });
      expect((await world.watermark())?.snapshot?.final).toBe(false);
    }
    expect(new Set((await world.manifests()).map(({ snapshot }) => snapshot?.id)).size).toBe(2);
    await expectWhole(world, { reading: FULL_SYNC });
  });

  test('in pages: a run goes on with the set that was begun, and ends it', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 25, 'x');
    expect((await world.sync({ reading: IN_PAGES, limit: 12 })).table_results['sales.orders']).toMatchObject({ incomplete: true, rows_extracted: 12 });
    const result = await world.sync({ reading: IN_PAGES });
    expect(result.table_results['sales.orders']).toMatchObject({ rows_extracted: 13 });
    expect((await world.manifests()).map(({ counts, snapshot }) => [counts.rows, snapshot?.final])).toEqual([[10, false], [2, false], [10, false], [3, true]]);
    expect(new Set((await world.manifests()).map(({ snapshot }) => snapshot?.id)).size).toBe(1);
    await world.sync({ reading: IN_PAGES });
    expect(new Set((await world.manifests()).map(({ snapshot }) => snapshot?.id)).size).toBe(2);
  });
});

describe('rows without a time, included', () => {
  const options: RunOptions = { reading: { nullCursor: 'include' } };

  test('are read whole in every run, and what is read last wins in both directions', async () => {
    const world = new MemoryWorld();
    world.source.isCursorNullable = true;
    fill(world, 1, 5, 'dated');
    world.source.putUndated(6, 'undated');
    world.source.putUndated(7, 'undated');
    await expectWhole(world, options);
    world.source.putUndated(2, 'lost its time');
    world.source.put(6, 'got a time');
    world.source.putUndated(7, 'changed');
    await expectWhole(world, options);
    expect(world.target.rows().map(({ id, state }) => [id, state])).toContainEqual(['2', 'lost its time']);
  });

  test('under fail they stop the run', async () => {
    const world = new MemoryWorld();
    world.source.isCursorNullable = true;
    world.source.putUndated(6, 'undated');
    expect(await world.sync()).toMatchObject({ exit_code: 20, table_results: { 'sales.orders': { error_code: 'SYNC_NULL_CURSOR' } } });
  });
});

describe('what a source may not do unnoticed', () => {
  test.each([['hybrid', {}], ['id_only', ID_ONLY]] as const)('%s: a source whose greatest row is behind the watermark stops the run', async (_name, reading) => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'x');
    await world.sync({ reading });
    fill(world, 6, 9, 'y');
    await world.sync({ reading });
    world.source.remove(9);
    expect(await world.sync({ reading })).toMatchObject({ exit_code: 21, table_results: { 'sales.orders': { error_code: 'STATE_SOURCE_BEHIND' } } });
    fill(world, 10, 10, 'z');
    expect(await world.sync({ reading })).toMatchObject({ exit_code: 0 });
  });

  test('another additional_where stops the run until an epoch begins', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 5, 'x');
    await world.sync({ reading: { additionalWhere: "`state` = 'x'" } });
    const changed: RunOptions = { reading: { additionalWhere: "`state` = 'y'" } };
    expect(await world.sync(changed)).toMatchObject({ exit_code: 21, table_results: { 'sales.orders': { error_code: 'STATE_READING_CHANGED' } } });
    expect(await world.sync({ reading: { additionalWhere: "`state` = 'x'" } })).toMatchObject({ exit_code: 0 });
    await world.reset();
    expect(await world.sync(changed)).toMatchObject({ exit_code: 0 });
  });

  test('rows dated after now are counted and told, and read when their time has come', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 3, 'x');
    await world.sync();
    world.source.advance(3_600_000_000n);
    world.source.put(8, 'ahead');
    world.source.put(9, 'ahead');
    world.source.advance(-3_600_000_000n);
    const result = await world.sync();
    expect(result.table_results['sales.orders']).toMatchObject({ rows_ahead: 2 });
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'finding', finding: expect.objectContaining({ code: 'ROWS_AHEAD' }) as unknown }));
    expect(world.target.rows()).toHaveLength(3);
    world.source.advance(3_700_000_000n);
    await expectWhole(world, {});
  });
});
