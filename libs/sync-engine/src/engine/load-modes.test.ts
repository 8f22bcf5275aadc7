import { defineErrors, errorClass } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { CRASH_POINTS, crashAt, crashPointName, MemoryWorld } from '../testing/index.ts';
import type { RequestWrapper } from './port-methods.ts';

const LOADER = defineErrors({
  LOADER_GROUP_AMBIGUOUS: { kind: 'conflict', exit: 21, retry: 'later', summary: 'Batches cannot be ranked.', remedy: ['Load them one by one.'] },
  TARGET_GRANTS: { kind: 'auth', exit: 12, retry: 'never', summary: 'A right is missing.', remedy: ['Grant it.'] },
});
class LoaderError extends errorClass('LoaderError', LOADER) {}

function fill(world: MemoryWorld, from: number, to: number, state: string): void {
  for (let id = from; id <= to; id++) {
    world.source.put(id, state);
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** Fails a request of the target as long as the answer says so. */
function failing(method: string, reason: (nth: number) => Error | null): RequestWrapper & { readonly calls: number } {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    call: async (request, proceed) => {
      if (request.port !== 'target' || request.method !== method) return proceed();
      const error = reason(++calls);
      if (error !== null) throw error;
      return proceed();
    },
    stream: (_request, proceed) => proceed(),
  };
}

const APPEND = { loadMode: 'append' } as const;
const HISTORY = { loadMode: 'scd2' } as const;

test('append: every version that was read, each once, also when rows are read again', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 15, 'first');
  await world.sync({ table: APPEND });
  fill(world, 10, 12, 'second');
  const late = world.source.begin(20, 'late');
  world.source.advance(5_000_000n);
  await world.sync({ table: APPEND });
  world.source.commit(late);
  await world.sync({ table: APPEND });
  await world.sync({ table: APPEND });
  const states = world.target.rows().map((row) => `${row.id} ${row.state}`);
  expect(states).toHaveLength(15 + 3 + 1);
  expect(new Set(states).size).toBe(states.length);
  expect(states).toContain('20 late');
});

test('scd2: a chain for each key, one version current', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 5, 'first');
  await world.sync({ table: HISTORY });
  fill(world, 2, 3, 'second');
  await world.sync({ table: HISTORY });
  fill(world, 2, 2, 'third');
  await world.sync({ table: HISTORY });
  expect(world.target.history().filter((version) => version.row.id === '2').map((version) => [version.row.state, version.to === null])).toEqual([['first', false], ['second', false], ['third', true]]);
  expect(world.target.rows()).toEqual(world.source.rows());
});

/** What two runs ask for when nothing breaks. */
async function requestsOf(table: typeof APPEND | typeof HISTORY): Promise<readonly string[]> {
  const seen: string[] = [];
  const wrapper: RequestWrapper = {
    call: (request, proceed) => {
      seen.push(`${request.port}.${request.method}`);
      return proceed();
    },
    stream: (request, proceed) => {
      seen.push(`${request.port}.${request.method}`);
      return proceed();
    },
  };
  const world = new MemoryWorld();
  fill(world, 1, 15, 'first');
  await world.sync({ table });
  fill(world, 10, 20, 'second');
  await world.sync({ table, wrapper });
  return seen;
}

const asked = new Set((await Promise.all([requestsOf(APPEND), requestsOf(HISTORY)])).flat());
const reached = CRASH_POINTS.filter(({ port, method }) => asked.has(`${port}.${method}`));

test('a run asks for everything that loading needs', () => {
  expect([...asked]).toEqual(expect.arrayContaining(['target.fence', 'target.prepare', 'target.load', 'target.analyze', 'manifests.publish', 'watermarks.write']));
});

test.each(reached.map((point) => ({ name: crashPointName(point), point })))('P2: append and scd2 that break at $name have every version once after the next run', async ({ point }) => {
  let struck = 0;
  for (const table of [APPEND, HISTORY]) {
    for (const nth of [1, 2]) {
      const world = new MemoryWorld();
      fill(world, 1, 15, 'first');
      await world.sync({ table });
      fill(world, 10, 20, 'second');
      const crash = crashAt(point, nth);
      await world.sync({ table, wrapper: crash });
      if (crash.hasStruck) struck++;
      world.letLeasesExpire();
      world.source.advance(5_000_000n);
      expect(await world.sync({ table })).toMatchObject({ status: 'success' });
      const versions = table === APPEND ? world.target.rows() : world.target.history().map((version) => version.row);
      expect(versions.map((row) => `${row.id} ${row.state}`).toSorted()).toEqual([...Array.from({ length: 15 }, (_, index) => `${index + 1} first`), ...Array.from({ length: 11 }, (_, index) => `${index + 10} second`)].toSorted());
    }
  }
  expect(struck).toBeGreaterThan(0);
});

test('a group whose rows cannot be ranked is loaded batch by batch', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 25, 'first');
  await world.sync({ stages: 'backup-only' });
  const wrapper = failing('load', (nth) => (nth === 1 ? new LoaderError('LOADER_GROUP_AMBIGUOUS', { message: 'no order' }) : null));
  expect(await world.sync({ stages: 'redshift-only', wrapper })).toMatchObject({ status: 'success' });
  expect(world.target.rows()).toEqual(world.source.rows());
  expect(wrapper.calls).toBeGreaterThan(2);
});

test('statistics are refreshed as the table says, and a failure there fails nothing', async () => {
  const world = new MemoryWorld();
  const wrapper = failing('analyze', () => new LoaderError('TARGET_GRANTS', { message: 'not the owner' }));
  fill(world, 1, 5, 'first');
  expect(await world.sync({ wrapper, table: { analyze: 'never' } })).toMatchObject({ status: 'success' });
  fill(world, 1, 5, 'second');
  expect(await world.sync({ wrapper, table: { analyze: 'auto' } })).toMatchObject({ status: 'success' });
  expect(wrapper.calls).toBe(0);
  fill(world, 1, 5, 'third');
  expect(await world.sync({ wrapper, table: { analyze: 'always' } })).toMatchObject({ status: 'success' });
  expect(wrapper.calls).toBeGreaterThan(0);
});
