import { silentLogger, type Position } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { crashAt, MEMORY_SETTINGS, MEMORY_TABLE, MemoryWorld, type CommandOptions } from '../../testing/index.ts';
import type { PortRequest } from '../port-methods.ts';
import { isAtOrAfter } from './position-order.ts';
import { setWatermark, type SetRequest } from './set-watermark.ts';

function fill(world: MemoryWorld, from: number, to: number, state: string): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** Loaded by increments, so that the position is a row's. */
async function lived(): Promise<MemoryWorld> {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  await world.sync();
  world.source.advance(600_000_000n);
  fill(world, 20, 45, 'second');
  await world.sync();
  return world;
}

const set = (world: MemoryWorld, options: CommandOptions<SetRequest>) =>
  world.command((request, ports) => setWatermark({ table: MEMORY_TABLE, settings: MEMORY_SETTINGS, timestamp: null, id: null, ...request }, { ...ports, source: ports.source! }), options);

const timeOf = (world: MemoryWorld, id: number): string => world.source.rows().find((row) => row.id === String(id))!.updated_at!;

describe('watermark set', () => {
  test('changes the parts that are given and keeps the rest, in a new epoch of watermark and ledger', async () => {
    const world = await lived();
    const { loaded_through: before } = (await world.watermark())!;
    expect(before.position).toMatchObject({ kind: 'keyset', values: [timeOf(world, 45), '45'] });
    await set(world, { id: '7' });
    expect(await world.watermark()).toMatchObject({ epoch: 2, phase: 'incremental', loaded_through: { seq: 0, position: { values: [timeOf(world, 45), '7'] } }, redshift_state: { total_rows: expect.any(Number) as number } });
    await set(world, { timestamp: timeOf(world, 30) });
    expect(await world.watermark()).toMatchObject({ epoch: 3, staged_through: { position: { values: [timeOf(world, 30), '7'] } } });
    expect((await world.target.inspect()).ledger).toMatchObject({ epoch: 3, seq: 0 });
  });

  test('what lies after a move back is read again', async () => {
    const world = await lived();
    for (const id of [35, 40]) world.target.deleteRow(id);
    await set(world, { timestamp: timeOf(world, 30), id: '30' });
    await world.sync();
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('a needed part without a value is a usage error', async () => {
    const fresh = new MemoryWorld();
    fill(fresh, 1, 5, 'first');
    await expect(set(fresh, { timestamp: '2026-01-31 12:00:00' })).rejects.toMatchObject({ exit: 2 });
    await expect(set(fresh, { id: '5' })).rejects.toMatchObject({ exit: 2 });
    await expect(set(await lived(), {})).rejects.toMatchObject({ code: 'STATE_POSITION_NEEDED', exit: 2 });
    await expect(set(await lived(), { timestamp: 'yesterday' })).rejects.toMatchObject({ exit: 2 });
    expect(await fresh.watermark()).toBeNull();
  });

  test('a table that was never synced begins there', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 20, 'first');
    await set(world, { timestamp: timeOf(world, 11), id: '11' });
    await world.sync({ reading: { lookbackMs: 0 } });
    expect(world.target.rows().map(({ id }) => id)).toEqual(['12', '13', '14', '15', '16', '17', '18', '19', '20']);
  });

  test('the source that is configured now is taken', async () => {
    const world = await lived();
    world.source.serverId = 'new-server';
    expect(await world.sync()).toMatchObject({ error: { code: 'STATE_OTHER_SOURCE' } });
    await set(world, { timestamp: timeOf(world, 40) });
    expect(await world.sync()).toMatchObject({ status: 'success' });
    expect((await world.watermark())?.source_id).toBe('new-server');
  });

  test('an id alone is set again after ids were read', async () => {
    const world = new MemoryWorld();
    const reading = { strategy: 'id_only', idColumn: null, idLookback: 0, lateCommits: 'accept', additionalWhere: null } as const;
    fill(world, 1, 20, 'first');
    await world.sync({ reading });
    world.target.deleteRow(15);
    await set(world, { table: { ...MEMORY_TABLE, reading }, id: '12' });
    expect((await world.watermark())?.loaded_through.position).toEqual({ kind: 'keyset', columns: ['id'], values: ['12'] });
    await world.sync({ reading });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('in append mode going back asks for --accept-duplicates, going forward does not', async () => {
    const world = await lived();
    await expect(set(world, { mode: 'append', timestamp: timeOf(world, 30) })).rejects.toMatchObject({ code: 'STATE_WOULD_DUPLICATE', exit: 2 });
    await set(world, { mode: 'append', timestamp: timeOf(world, 30), acceptDuplicates: true });
    await set(world, { mode: 'append', timestamp: timeOf(world, 44) });
    expect((await world.watermark())?.epoch).toBe(3);
  });

  test('I1-I3: dies at any step, and is whole after it was run again', async () => {
    const requests: PortRequest[] = [];
    const target = (world: MemoryWorld): CommandOptions<SetRequest> => ({ timestamp: timeOf(world, 21), id: '21' });
    const clean = await lived();
    await set(clean, { ...target(clean), wrapper: { call: (request, proceed) => (requests.push(request), proceed()), stream: (request, proceed) => (requests.push(request), proceed()) } });
    const passed = new Map<string, number>();
    for (const request of requests) {
      const name = `${request.port}.${request.method}`;
      passed.set(name, (passed.get(name) ?? 0) + 1);
      for (const moment of ['before', 'after', 'answer-lost'] as const) {
        const world = await lived();
        fill(world, 40, 50, 'third');
        await world.sync({ stages: 'backup-only' });
        await set(world, { ...target(world), wrapper: crashAt({ ...request, moment }, passed.get(name)!) }).catch(() => undefined);
        world.letLeasesExpire();
        await set(world, target(world));
        expect(await world.sync(), `${name}:${moment}`).toMatchObject({ status: 'success' });
        expect(world.target.rows()).toEqual(world.source.rows());
      }
    }
    expect([...passed.keys()]).toEqual(expect.arrayContaining(['source.describe', 'watermarks.write', 'target.fence', 'lease.release']));
  });

  test('--preserve-files loads first what is staged', async () => {
    const world = await lived();
    fill(world, 40, 50, 'third');
    await world.sync({ stages: 'backup-only' });
    await set(world, { timestamp: timeOf(world, 50), id: '50', preserve: { settings: MEMORY_SETTINGS, table: MEMORY_TABLE, logger: silentLogger, emit: () => undefined } });
    expect(world.target.rows()).toEqual(world.source.rows());
  });
});

describe('the order of positions', () => {
  const at = (time: string, id: string) => ({ kind: 'keyset', columns: ['updated_at', 'id'], values: [time, id] }) as const;

  test.each([
    ['2026-01-31 12:00:00', '9', '2026-01-31 12:00:00.000000', '9', true],
    ['2026-01-31 12:00:00.5', '9', '2026-01-31 12:00:00.499999', '10', true],
    ['2026-01-31 12:00:00', '10', '2026-01-31 12:00:00', '9', true],
    ['2026-01-31 12:00:00', '-10', '2026-01-31 12:00:00', '9', false],
    ['2026-01-31 11:59:59.999999', '10', '2026-01-31 12:00:00', '9', false],
  ])('(%s, %s) is at or after (%s, %s): %s', (time, id, otherTime, otherId, expected) => {
    expect(isAtOrAfter(at(time, id), at(otherTime, otherId), ['time', 'number'])).toBe(expected);
  });

  test('what only the server can tell counts as going back', () => {
    expect(isAtOrAfter(at('2026-01-31 12:00:00', 'b'), at('2026-01-31 12:00:00', 'a'), ['time', 'server'])).toBe(false);
    expect(isAtOrAfter(at('2026-01-31 12:00:01', 'a'), at('2026-01-31 12:00:00', 'b'), ['time', 'server'])).toBe(true);
    expect(isAtOrAfter(at('2026-01-31 12:00:00', 'a'), null, ['time', 'server'])).toBe(false);
    expect(isAtOrAfter({ kind: 'tick', column: 'updated_at', value: '2027-01-01 00:00:00' }, at('2026-01-31 12:00:00', 'a'), ['time', 'server'])).toBe(false);
  });

  test('what stands at a tick or after it was not read', () => {
    const tick = { kind: 'tick', column: 'updated_at', value: '2026-01-31 12:00:00.000000' } as const;
    const after = (next: Position): boolean => isAtOrAfter(next, tick, ['time', 'number']);
    expect([after({ ...tick, value: '2026-01-31 12:00:00' }), after({ ...tick, value: '2026-01-31 11:59:59' }), after(at('2026-01-31 12:00:00', '-1')), after(at('2026-01-31 11:59:59', '9'))]).toEqual([true, false, true, false]);
    expect([after({ ...tick, column: 'created_at' }), after({ kind: 'keyset', columns: ['id'], values: ['9'] })]).toEqual([false, false]);
  });
});
