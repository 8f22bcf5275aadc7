import type { ResolvedReading } from '@tidemark/config';
import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { ANY_RUN_CRASH_POINTS, crashAt, MemoryWorld, type CrashPoint, type RunOptions } from '../testing/index.ts';
import { PROMISES, type PromiseCell } from './promises.ts';

/** `npm run soak` asks for as many histories as it likes. */
vi.setConfig({ testTimeout: 0 });

const TIME = { timestampColumn: null, timestampFormat: 'datetime', lagMs: 1000, lookbackMs: 60_000, lateCommits: 'lookback', nullCursor: 'fail', additionalWhere: null } as const;
const READINGS: Readonly<Partial<Record<PromiseCell['strategy'], ResolvedReading>>> = {
  hybrid: { strategy: 'hybrid', idColumn: null, ...TIME },
  timestamp_only: { strategy: 'timestamp_only', ...TIME },
  id_only: { strategy: 'id_only', idColumn: null, idLookback: 200, lateCommits: 'lookback', additionalWhere: null },
  full_sync: { strategy: 'full_sync', resumable: false, additionalWhere: null },
};

/** Longer than any transaction of a history stays open, in seconds. */
const OPEN_SECONDS = 45;
/** Histories of each cell with a fixed seed; as many more with a fresh one. */
const HISTORIES = Number(process.env['TIDEMARK_SOAK'] ?? process.env['TIDEMARK_HISTORIES'] ?? 25);

const STRIKING = ANY_RUN_CRASH_POINTS.filter(({ port }) => port !== 'quarantine');

type Step =
  | { readonly do: 'write'; readonly ids: readonly number[]; readonly isTie: boolean }
  | { readonly do: 'insert'; readonly count: number; readonly backSeconds: number }
  | { readonly do: 'delete'; readonly id: number }
  | { readonly do: 'begin'; readonly id: number }
  | { readonly do: 'commit' }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'clean' }
  | { readonly do: 'run'; readonly limit: number | null; readonly stages: 'both' | 'backup-only' | 'redshift-only'; readonly crash: { readonly point: CrashPoint; readonly nth: number } | null };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), ids: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }), isTie: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('insert' as const), count: fc.integer({ min: 1, max: 14 }), backSeconds: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), id: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin' as const), id: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clean' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      limit: fc.option(fc.integer({ min: 1, max: 15 }), { freq: 3 }),
      stages: fc.constantFrom('both' as const, 'both' as const, 'both' as const, 'backup-only' as const, 'redshift-only' as const),
      crash: fc.option(fc.record({ point: fc.constantFrom(...STRIKING), nth: fc.constantFrom(1, 1, 1, 2, 3) }), { freq: 2 }),
    }),
  },
);

const counted = { histories: 0, runs: 0, rows: 0, crashes: new Map<string, number>() };
afterAll(() => {
  const crashes = [...counted.crashes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([moment, count]) => `${count} ${moment}`).join(', ');
  console.log(`histories: ${counted.histories}, runs: ${counted.runs}, rows compared: ${counted.rows}, faults that struck: ${crashes}`);
});

/** One history of a table: what writers did, and what is promised of the target. */
class History {
  readonly world = new MemoryWorld();
  readonly #cell: PromiseCell;
  readonly #options: Pick<RunOptions, 'reading' | 'table'>;
  readonly #open: { readonly transaction: ReturnType<MemoryWorld['source']['begin']>; readonly since: number }[] = [];
  readonly #deleted = new Set<string>();
  #clock = 0;
  #version = 0;
  /** New ids come from here: ids up to 30 are those that are written again. */
  #nextId = 1000;

  constructor(cell: PromiseCell) {
    this.#cell = cell;
    this.#options = { reading: READINGS[cell.strategy]!, table: { loadMode: cell.mode, scd2: { ...this.world.table.scd2, effective: cell.strategy === 'full_sync' ? 'snapshot' : 'cursor' } } };
  }

  async live(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      this.#commit((since) => this.#clock - since > OPEN_SECONDS);
      await this.#do(step);
      this.#pass(0.001);
    }
    this.#commit(() => true);
    this.world.letLeasesExpire();
    this.#pass(5);
    expect(await this.#run({}), 'a quiet run').toMatchObject({ status: 'success', exit_code: 0 });
    this.#expectPromise();
    counted.histories++;
  }

  async #do(step: Step): Promise<void> {
    const { source } = this.world;
    switch (step.do) {
      case 'write':
        for (const id of this.#cell.promise === 'inserts' ? step.ids.map(() => this.#nextId++) : step.ids) {
          source.put(id, `v${++this.#version}`);
          if (!step.isTie) this.#pass(0.05);
        }
        return;
      case 'insert':
        for (let count = 0; count < step.count; count++) source.put(this.#nextId++, `v${++this.#version}`, BigInt(step.backSeconds) * 1_000_000n);
        return;
      case 'delete':
        if (this.#cell.promise === 'inserts') return;
        source.remove(step.id);
        this.#deleted.add(String(step.id));
        return;
      case 'begin':
        this.#open.push({ transaction: source.begin(this.#cell.promise === 'inserts' ? this.#nextId++ : step.id, `late ${++this.#version}`), since: this.#clock });
        return;
      case 'commit': return this.#commit(() => true);
      case 'wait': return this.#pass(step.seconds);
      case 'clean':
        await this.world.clean('loaded').catch((error: { code?: string }) => expect(['LEASE_HELD', undefined]).toContain(error.code));
        return;
      case 'run': {
        if (step.crash === null) {
          expect(await this.#run({ stages: step.stages, ...(step.limit === null || step.stages === 'redshift-only' ? {} : { limit: step.limit }) }), `a run of ${step.stages} without a fault`).toMatchObject({ exit_code: 0 });
          return;
        }
        const crash = crashAt(step.crash.point, step.crash.nth);
        await this.#run({ stages: step.stages, wrapper: crash, ...(step.limit === null || step.stages === 'redshift-only' ? {} : { limit: step.limit }) });
        if (crash.hasStruck) counted.crashes.set(step.crash.point.moment, (counted.crashes.get(step.crash.point.moment) ?? 0) + 1);
        this.world.letLeasesExpire();
      }
    }
  }

  #run(options: RunOptions) {
    counted.runs++;
    return this.world.sync({ ...this.#options, ...options });
  }

  #pass(seconds: number): void {
    this.#clock += seconds;
    this.world.source.advance(BigInt(Math.round(seconds * 1_000_000)));
  }

  #commit(isDue: (since: number) => boolean): void {
    for (const entry of this.#open.filter(({ since }) => isDue(since))) {
      this.world.source.commit(entry.transaction);
      for (const id of entry.transaction.rows.keys()) this.#deleted.delete(id);
      this.#open.splice(this.#open.indexOf(entry), 1);
    }
  }

  #expectPromise(): void {
    const { world } = this;
    const source = world.source.rows();
    const target = world.target.rows();
    counted.rows += source.length;
    const seqs = world.target.ledger.map(({ seq }) => seq);
    expect(seqs, 'I3: every batch once, in order, without gaps').toEqual(seqs.map((_, index) => index + 1));
    const textOf = (row: object): string => JSON.stringify(row);
    switch (this.#cell.promise) {
      case 'equal': return void expect(target).toEqual(source);
      case 'rows':
      case 'current': {
        const present = new Set(source.map(({ id }) => id));
        expect(target.filter(({ id }) => present.has(id))).toEqual(source);
        for (const { id } of target) if (!present.has(id)) expect(this.#deleted, 'only what was deleted stays').toContain(id);
        if (this.#cell.promise === 'current') this.#expectChains();
        return;
      }
      case 'versions': {
        const versions = target.map(textOf);
        expect(new Set(versions).size, 'P2: no version twice').toBe(versions.length);
        expect(source.filter((row) => !versions.includes(textOf(row))), 'the newest versions').toEqual([]);
        return;
      }
      case 'inserts': return void expect(target).toEqual(source);
      case 'refused': throw new Error('a refused pair has no history');
    }
  }

  /** Versions of a key follow each other without holes, and the last one is current. */
  #expectChains(): void {
    const chains = Map.groupBy(this.world.target.history(), ({ row }) => row.id!);
    for (const [id, versions] of chains) {
      const chain = versions.toSorted((left, right) => (left.from < right.from ? -1 : 1));
      expect(chain.filter(({ to }) => to === null), `one current version of ${id}`).toHaveLength(1);
      for (const [index, version] of chain.entries()) expect(version.to, `the chain of ${id}`).toBe(chain[index + 1]?.from ?? null);
    }
  }
}

const cells = PROMISES.filter(({ strategy }) => READINGS[strategy] !== undefined);

describe.each(cells.filter(({ promise }) => promise !== 'refused').map((cell) => [`${cell.strategy} × ${cell.mode}`, cell] as const))('P1, P2: %s', (name, cell) => {
  test(`keeps its promise (${cell.promise}) after any history of writes, late commits, limits, stages, cleanings and crashes`, async () => {
    const steps = fc.array(STEP, { minLength: 3, maxLength: 22 });
    const lives = fc.asyncProperty(steps, (each) => new History(cell).live(each));
    await fc.assert(lives, { numRuns: HISTORIES, seed: 20_260_131 });
    const seed = Date.now() % 2_147_483_647;
    console.log(`${name}: fresh seed ${seed}`);
    await fc.assert(lives, { numRuns: HISTORIES, seed });
  });
});

test.each(cells.filter(({ promise }) => promise === 'refused').map((cell) => [`${cell.strategy} × ${cell.mode}`, cell] as const))('%s is refused before anything is read', async (_name, cell) => {
  const world = new MemoryWorld();
  world.source.put(1, 'v1');
  const result = await world.sync({ reading: READINGS[cell.strategy]!, table: { loadMode: cell.mode } });
  expect(result.exit_code).toBe(10);
  expect(world.store.keys().filter((key) => key.startsWith('incremental/'))).toEqual([]);
});
