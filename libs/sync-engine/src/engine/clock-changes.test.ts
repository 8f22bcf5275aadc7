import type { ResolvedReading } from '@tidemark/config';
import { describe, expect, test } from 'vitest';
import { FLAW, MEMORY_SETTINGS, MEMORY_TABLE, MemoryWorld, type RunOptions } from '../testing/index.ts';
import { setWatermark } from './state/set-watermark.ts';

const HYBRID = { ...MEMORY_TABLE.reading, lookbackMs: 60_000 } as ResolvedReading;
const TIMESTAMP = { strategy: 'timestamp_only', timestampColumn: null, timestampFormat: 'datetime', lagMs: 1000, lookbackMs: 60_000, lateCommits: 'lookback', nullCursor: 'fail', additionalWhere: null } as ResolvedReading;

/** When the clocks of a zone are changed, UTC, in 2026. */
const CHANGES = {
  'Europe/Berlin': { forward: '2026-03-29 01:00:00', back: '2026-10-25 01:00:00' },
  'Australia/Lord_Howe': { forward: '2026-10-03 15:30:00', back: '2026-04-04 15:00:00' },
} as const;

const HOUR = 3_600_000_000n;
const hoursBefore = (text: string, hours: number): string => new Date(Date.parse(`${text.replace(' ', 'T')}Z`) - hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** Every version that a writer made, as `id state`. */
class Writer {
  readonly versions: string[] = [];
  readonly #world: MemoryWorld;
  #count = 0;

  constructor(world: MemoryWorld) {
    this.#world = world;
  }

  /** A new row, and one of the rows before once more. */
  write(changes: boolean): void {
    const id = ++this.#count;
    this.#put(id, 'new');
    this.#world.source.advance(1_000_000n);
    if (changes && id > 3) this.#put(id - 3, `changed beside ${id}`);
  }

  #put(id: number, state: string): void {
    this.#world.source.put(id, state);
    this.versions.push(`${id} ${state}`);
  }
}

async function liveThrough(change: string, zone: string, reading: ResolvedReading, options: { readonly mode: 'merge' | 'append'; readonly firstRun: number }): Promise<{ readonly world: MemoryWorld; readonly writer: Writer }> {
  const world = new MemoryWorld();
  const writer = new Writer(world);
  world.source.zone = zone;
  world.source.setClock(hoursBefore(change, 2));
  const run = async () => {
    const lookback = options.mode === 'append' ? { lookbackMs: 0 } : {};
    expect(await world.sync({ reading: { ...reading, ...lookback } as ResolvedReading, table: { loadMode: options.mode, mergeKeys: options.mode === 'append' ? null : ['id'] }, settings: { cursorTimeZone: zone } })).toMatchObject({ exit_code: 0 });
  };
  for (let step = 0; step < 24; step++) {
    writer.write(options.mode === 'merge');
    world.source.advance(HOUR / 6n);
    if (step >= options.firstRun) await run();
  }
  world.source.advance(3n * HOUR);
  await run();
  return { world, writer };
}

describe.each([['hybrid', HYBRID], ['timestamp_only', TIMESTAMP]] as const)('%s', (_name, reading) => {
  describe.each(Object.entries(CHANGES))('in %s', (zone, changes) => {
    // The first run is hours before the change, in the hour that is there twice (the first time round), and after it.
    test.each(Object.entries(changes).flatMap(([name, change]) => [0, 9, 11, 14].map((firstRun) => [name, change, firstRun] as const)))('the clocks go %s at %s UTC: merge has every row as it is, first run at step %i', async (_way, change, firstRun) => {
      const { world } = await liveThrough(change, zone, reading, { mode: 'merge', firstRun });
      expect(world.target.rows()).toEqual(world.source.rows());
    });

    test.each(Object.entries(changes))('the clocks go %s at %s UTC: append has every row once', async (_way, change) => {
      const { world, writer } = await liveThrough(change, zone, reading, { mode: 'append', firstRun: 0 });
      expect(world.target.rows().map(({ id, state }) => `${id} ${state}`).sort()).toEqual([...writer.versions].sort());
    });
  });
});

describe('in the hour that comes twice, a row that is changed the first time round, and again with an earlier time the second time', () => {
  const BERLIN: RunOptions = { settings: { cursorTimeZone: 'Europe/Berlin' } };
  const [EVENING, FIRST_TIME, SECOND_TIME, MORNING] = ['2026-10-24 20:00:00', '2026-10-25 00:45:00', '2026-10-25 01:15:00', '2026-10-25 06:00:00'];
  const THREE = { by: 'id', from: '1', to: '3' } as const;

  async function evening(options: RunOptions = {}, state = 'new'): Promise<MemoryWorld> {
    const world = new MemoryWorld();
    world.source.zone = 'Europe/Berlin';
    world.source.setClock(EVENING);
    for (const id of [1, 2, 3]) world.source.put(id, id === 2 ? state : 'new');
    world.source.advance(HOUR);
    await world.sync({ ...BERLIN, ...options });
    return world;
  }

  const stateOf = (world: MemoryWorld): string | null | undefined => world.target.rows().find(({ id }) => id === '2')?.state;

  test.each([['hybrid', HYBRID], ['timestamp_only', TIMESTAMP]])('a backfill by ids leaves it to the increments: %s', async (_name, reading) => {
    const world = await evening({ reading });
    world.source.setClock(FIRST_TIME);
    world.source.put(2, 'changed');
    world.target.deleteRow(1);
    expect(await world.sync({ ...BERLIN, reading, backfill: THREE })).toMatchObject({ status: 'success', summary: { total_rows_processed: 2 } });
    expect(world.target.rows().map(({ id, state }) => `${id} ${state}`)).toEqual(['1 new', '2 new', '3 new']);
    world.source.setClock(SECOND_TIME);
    world.source.put(2, 'changed again');
    world.source.setClock(MORNING);
    await world.sync({ ...BERLIN, reading });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('a requeue leaves it to the increments', async () => {
    const options: RunOptions = { ...BERLIN, table: { quarantineMaxRows: 5 } };
    const world = await evening(options, FLAW);
    world.source.setClock(FIRST_TIME);
    world.source.put(2, 'changed');
    expect(await world.sync({ ...options, requeue: true })).toMatchObject({ table_results: { 'sales.orders': { rows_requeued: 1, rows_loaded: 0 } } });
    world.source.setClock(SECOND_TIME);
    world.source.put(2, 'changed again');
    world.source.setClock(MORNING);
    await world.sync(options);
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test('a requeue takes nothing beyond the bound of the run, wherever a person has set the watermark', async () => {
    const options: RunOptions = { ...BERLIN, table: { quarantineMaxRows: 5 } };
    const world = await evening(options);
    world.source.put(2, FLAW);
    world.source.setClock(FIRST_TIME);
    await world.command((request, ports) => setWatermark({ ...request, table: MEMORY_TABLE, settings: { ...MEMORY_SETTINGS, ...BERLIN.settings }, timestamp: '2026-10-25 02:50:00', id: '0' }, { ...ports, source: ports.source! }));
    expect(await world.sync({ ...options, backfill: THREE })).toMatchObject({ table_results: { 'sales.orders': { rows_quarantined: 1 } } });
    world.source.put(2, 'changed');
    await world.sync({ ...options, requeue: true });
    expect(stateOf(world)).toBe('new');
    world.source.setClock(SECOND_TIME);
    world.source.put(2, 'changed again');
    world.source.setClock(MORNING);
    await world.sync({ ...options, backfill: THREE });
    expect(world.target.rows()).toEqual(world.source.rows());
  });
});

describe('where clocks are changed', () => {
  const IN_BERLIN: RunOptions = { settings: { cursorTimeZone: 'Europe/Berlin' } };

  test.each([['hybrid', HYBRID], ['timestamp_only', TIMESTAMP]])('a first load takes rows without a time too, where they are read: %s', async (_name, reading) => {
    const world = new MemoryWorld();
    world.source.zone = 'Europe/Berlin';
    world.source.isCursorNullable = true;
    world.source.put(1, 'new');
    world.source.putUndated(2, 'undated');
    world.source.advance(HOUR);
    await world.sync({ ...IN_BERLIN, reading: { ...reading, nullCursor: 'include' } as ResolvedReading });
    expect(world.target.rows()).toEqual(world.source.rows());
  });

  test.each([['hybrid', HYBRID], ['timestamp_only', TIMESTAMP]])('the lookback reaches over the hour that is skipped in spring: %s', async (_name, reading) => {
    const world = new MemoryWorld();
    const run = () => world.sync({ ...IN_BERLIN, reading: { ...reading, lookbackMs: 15 * 60_000 } as ResolvedReading });
    world.source.zone = 'Europe/Berlin';
    world.source.setClock('2026-03-29 00:00:00');
    world.source.put(1, 'new');
    world.source.advance(HOUR / 2n);
    await run();
    world.source.setClock('2026-03-29 00:55:00');
    const late = world.source.begin(2, 'written before the change');
    world.source.setClock('2026-03-29 01:02:00');
    world.source.put(3, 'written after it');
    world.source.setClock('2026-03-29 01:04:00');
    await run();
    world.source.setClock('2026-03-29 01:06:00');
    world.source.commit(late);
    await run();
    expect(world.target.rows()).toEqual(world.source.rows());
  });
});
