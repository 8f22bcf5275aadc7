import { expect, test } from 'vitest';
import { crashAt, MemoryWorld } from '../testing/index.ts';

async function loaded(rows: number): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  for (let id = 1; id <= rows; id++) {
    world.source.put(id, `state ${id}`);
    world.source.advance(100_000n);
  }
  world.source.advance(5_000_000n);
  expect(await world.sync()).toMatchObject({ status: 'success', exit_code: 0 });
  return world;
}

test('a first load goes by key in batches, and the target equals the source', async () => {
  const world = await loaded(35);
  expect(world.target.rows()).toEqual(world.source.rows());
  expect(world.target.ledger.map(({ seq }) => seq)).toEqual(world.target.ledger.map((_, index) => index + 1));
  expect(await world.watermark()).toMatchObject({ phase: 'incremental', epoch: 1, mysql_state: { status: 'success' }, redshift_state: { status: 'success' } });
});

test('an increment reads what changed and nothing newer than the bound', async () => {
  const world = await loaded(10);
  world.source.advance(600_000_000n);
  world.source.put(3, 'changed');
  world.source.put(11, 'new');
  world.source.advance(1_500_000n);
  world.source.put(12, 'within the lag');
  await world.sync();
  expect(world.target.rows().map(({ id, state }) => [id, state])).toContainEqual(['3', 'changed']);
  expect(world.target.rows().map(({ id }) => id)).not.toContain('12');
  world.source.advance(5_000_000n);
  await world.sync();
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('a row that was committed late within the lookback is read by a later run', async () => {
  const world = await loaded(5);
  const late = world.source.begin(100, 'late');
  world.source.advance(3_000_000n);
  world.source.put(6, 'newer than the open one');
  world.source.advance(3_000_000n);
  await world.sync();
  expect(world.target.rows().map(({ id }) => id)).toContain('6');
  world.source.commit(late);
  world.source.advance(3_000_000n);
  await world.sync();
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('an update of a lower id within the tick of the last row is not lost', async () => {
  const world = await loaded(5);
  world.source.put(5, 'last');
  world.source.put(1, 'same tick');
  world.source.advance(5_000_000n);
  await world.sync();
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('a limit stops the reading, and the next runs go on from there', async () => {
  const world = new MemoryWorld();
  for (let id = 1; id <= 23; id++) world.source.put(id, 'x');
  world.source.advance(5_000_000n);
  const first = await world.sync({ limit: 7 });
  expect(first.table_results['sales.orders']).toMatchObject({ rows_extracted: 7, limited: true });
  expect(world.target.rows()).toHaveLength(7);
  for (let run = 0; run < 4; run++) await world.sync({ limit: 7 });
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('backup-only stages, redshift-only loads what is staged, and says when there is nothing', async () => {
  const world = new MemoryWorld();
  for (let id = 1; id <= 23; id++) world.source.put(id, 'x');
  world.source.advance(5_000_000n);
  const staged = await world.sync({ stages: 'backup-only' });
  expect(staged.table_results['sales.orders']).toMatchObject({ rows_processed: 23, rows_loaded: 0 });
  expect(world.target.rows()).toEqual([]);
  expect((await world.sync({ stages: 'redshift-only' })).table_results['sales.orders']).toMatchObject({ rows_processed: 23, rows_extracted: 0 });
  expect(world.target.rows()).toEqual(world.source.rows());
  expect((await world.sync({ stages: 'redshift-only' })).table_results['sales.orders']).toMatchObject({ status: 'up_to_date', note: 'Nothing is staged that is not loaded.' });
});

test('counters: the session is this run’s, the total all runs’', async () => {
  const world = await loaded(12);
  expect(await world.watermark()).toMatchObject({ mysql_state: { total_rows: 12, last_session_rows: 12 }, redshift_state: { total_rows: 12 } });
  world.source.advance(600_000_000n);
  const accept = { reading: { lateCommits: 'accept' as const } };
  expect((await world.sync(accept)).summary.total_rows_processed, 'the lookback before the mark').toBe(12);
  world.source.put(13, 'x');
  world.source.advance(5_000_000n);
  expect((await world.sync(accept)).summary.total_rows_processed).toBe(1);
  expect(await world.watermark()).toMatchObject({ mysql_state: { total_rows: 25, last_session_rows: 1 }, redshift_state: { total_rows: 25, last_session_rows: 1 } });
});

test('a reset begins a new epoch that reads everything again', async () => {
  const world = await loaded(12);
  await world.reset();
  await world.sync();
  expect(await world.watermark()).toMatchObject({ epoch: 2 });
  expect(world.target.rows()).toEqual(world.source.rows());
});

test('P4: while one run works, a second one fails with the holder’s name and changes nothing', async () => {
  const world = await loaded(5);
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let arrived!: () => void;
  const working = new Promise<void>((resolve) => (arrived = resolve));
  const first = world.sync({
    wrapper: {
      call: async ({ port, method }, proceed) => {
        if (port === 'source' && method === 'clock') {
          arrived();
          await gate;
        }
        return proceed();
      },
      stream: (_request, proceed) => proceed(),
    },
  });
  await working;
  const second = await world.sync();
  expect(second).toMatchObject({ status: 'failed', exit_code: 11 });
  expect(second.table_results['sales.orders']).toMatchObject({ error_code: 'LEASE_HELD', error_message: expect.stringContaining('sync_20260101_000000_00000002') });
  release();
  expect(await first).toMatchObject({ status: 'success' });
});

test('a table that fails after batches were committed counts them', async () => {
  const world = new MemoryWorld();
  for (let id = 1; id <= 25; id++) world.source.put(id, 'x');
  world.source.advance(5_000_000n);
  const result = await world.sync({ wrapper: crashAt({ port: 'manifests', method: 'publish', moment: 'answer-lost' }, 3) });
  expect(result).toMatchObject({ status: 'failed', exit_code: 70 });
  expect(result.table_results['sales.orders']).toMatchObject({ status: 'failed', rows_loaded: world.target.rows().length, rows_processed: world.target.rows().length });
  expect(world.target.rows().length).toBeGreaterThan(0);
});

test('on a replica that lags, rows that arrive later than the lookback are not passed over', async () => {
  const world = new MemoryWorld();
  world.source.isReplica = true;
  world.source.put(1, 'arrived');
  world.source.advance(1_000_000n);
  const [under, way] = [world.source.begin(2, 'under way during the first load'), world.source.begin(3, 'the same')];
  world.source.advance(3_600_000_000n);
  expect(await world.sync()).toMatchObject({ status: 'success' });
  for (const change of [under, way]) world.source.commit(change);
  world.source.put(4, 'newest');
  world.source.advance(3_600_000_000n);
  await world.sync();
  expect(world.target.rows().map(({ id }) => id), 'the newest tick may grow yet').toEqual(['1', '2', '3']);
  world.source.put(5, 'newer');
  world.source.advance(3_600_000_000n);
  await world.sync();
  expect(world.target.rows().map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
});

test('a table that is empty on a replica that lags is read from its beginning when rows arrive', async () => {
  const world = new MemoryWorld();
  world.source.isReplica = true;
  const change = world.source.begin(1, 'under way');
  world.source.advance(3_600_000_000n);
  expect(await world.sync()).toMatchObject({ status: 'success' });
  world.source.commit(change);
  world.source.put(2, 'newest');
  world.source.advance(3_600_000_000n);
  await world.sync();
  expect(world.target.rows().map(({ id }) => id)).toEqual(['1']);
});
