import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TidemarkError, type Retry } from '@tidemark/domain';
import { FLAW, MEMORY_TABLE, MemoryWorld } from '../testing/index.ts';
import type { RequestWrapper } from './port-methods.ts';

function lost(retry: Retry = 'now', code = 'SOURCE_CONNECTION_LOST'): TidemarkError {
  return new TidemarkError(code, { kind: 'source', exit: 13, retry, summary: '', remedy: [] }, { message: 'the connection ended' });
}

function fill(world: MemoryWorld, from: number, to: number): void {
  for (let id = from; id <= to; id += 1) {
    world.source.put(id, 'first');
    world.source.advance(50_000n);
  }
  world.source.advance(5_000_000n);
}

/** Loses the source at these requests: the nth reading after so many column batches, or the nth small request. */
function losing(losses: readonly { readonly at: number; readonly after: number; readonly error?: TidemarkError }[], onLoss: () => void = () => undefined): RequestWrapper & { readonly struck: number } {
  let readings = 0;
  let struck = 0;
  const strike = (error = lost()): never => {
    struck += 1;
    onLoss();
    throw error;
  };
  return {
    get struck() {
      return struck;
    },
    call: async (_request, proceed) => proceed(),
    stream: async function* (_request, proceed) {
      const loss = losses.find(({ at }) => at === readings);
      readings += 1;
      let seen = 0;
      for await (const item of proceed()) {
        if (loss?.after === seen) strike(loss.error);
        yield item;
        seen += 1;
      }
      // The end of a result can be lost, too.
      if (loss !== undefined && loss.after >= seen) strike(loss.error);
    },
  };
}

/** Batches of several column batches, so that a loss can come between them. */
const table = { processing: { ...MEMORY_TABLE.processing, batchSize: 10, batchMaxBytes: 300 } };

const run = (world: MemoryWorld, wrapper: RequestWrapper) => world.sync({ wrapper, table });

function expectWhole(world: MemoryWorld): void {
  expect(world.target.rows()).toEqual(world.source.rows());
}

test('P1, P2: an extraction goes on after a loss from its last staged batch, in the same run', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 60);
  const wrapper = losing([{ at: 1, after: 1 }, { at: 3, after: 0 }, { at: 4, after: 2 }]);
  const result = await run(world, wrapper);
  expect(wrapper.struck).toBe(3);
  expect(result).toMatchObject({ status: 'success', table_results: { 'sales.orders': { rows_extracted: 60, rows_loaded: 60 } } });
  expectWhole(world);
});

test('I5: rows that were set aside before a loss are counted once', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 60);
  for (const id of [2, 13, 41]) world.source.mend(id, `${FLAW}too long`);
  const wrapper = losing([{ at: 0, after: 1 }, { at: 1, after: 1 }]);
  const result = await world.sync({ wrapper, table: { processing: { ...table.processing, batchSize: 100, batchMaxBytes: 1_000_000 }, quarantineMaxRows: 5 } });
  expect(wrapper.struck).toBe(2);
  expect(result).toMatchObject({ table_results: { 'sales.orders': { rows_extracted: 60, rows_loaded: 57, rows_quarantined: 3 } } });
});

test('P1, P2: whatever is lost and wherever, nothing is skipped and nothing doubled', async () => {
  const loss = fc.record({ at: fc.nat(20), after: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(loss, { maxLength: 12 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 30 }), async (losses, first, more) => {
      const world = new MemoryWorld();
      fill(world, 1, first);
      const results = [await run(world, losing(losses))];
      fill(world, first + 1, first + more);
      results.push(await run(world, losing(losses)));
      // A run that met too many losses in a row says so; the next one finishes its work.
      if (results.some(({ exit_code: exit }) => exit !== 0)) results.push(await run(world, losing([])));
      expectWhole(world);
      const ok = results.filter(({ exit_code: exit }) => exit === 0);
      expect(ok.length).toBeGreaterThan(0);
    }),
    { numRuns: 60 },
  );
});

test('losses in a row are limited: the table fails with the loss, and what is staged stays', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 60);
  const wrapper = losing(Array.from({ length: 40 }, (_, index) => ({ at: index + 2, after: 0 })));
  expect(await run(world, wrapper)).toMatchObject({ status: 'failed', exit_code: 13, table_results: { 'sales.orders': { error_code: 'SOURCE_CONNECTION_LOST' } } });
  expect(wrapper.struck).toBe(6);
  expect(await run(world, losing([]))).toMatchObject({ status: 'success' });
  expectWhole(world);
});

describe('what is not a passing loss', () => {
  test.each([['never', 'SOURCE_QUERY_FAILED'], ['later', 'SOURCE_TIMEOUT']] as const)('retry %s fails at once: %s', async (retry, code) => {
    const world = new MemoryWorld();
    fill(world, 1, 20);
    const wrapper = losing([{ at: 1, after: 0, error: lost(retry, code) }]);
    expect(await run(world, wrapper)).toMatchObject({ exit_code: 13, table_results: { 'sales.orders': { error_code: code } } });
    expect(wrapper.struck).toBe(1);
  });

  test('a server that does not answer yet after a loss is one', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 30);
    const wrapper = losing([{ at: 1, after: 1 }, { at: 2, after: 0, error: lost('later', 'SOURCE_UNREACHABLE') }, { at: 3, after: 0, error: lost('later', 'TUNNEL_UNREACHABLE') }]);
    expect(await run(world, wrapper)).toMatchObject({ status: 'success' });
    expect(wrapper.struck).toBe(3);
    expectWhole(world);
  });

  test('another server in the place of the lost one ends the run: it may not have the rows yet', async () => {
    const world = new MemoryWorld();
    fill(world, 1, 30);
    const wrapper = losing([{ at: 1, after: 1 }], () => (world.source.serverId = 'another'));
    expect(await run(world, wrapper)).toMatchObject({ table_results: { 'sales.orders': { error_code: 'SYNC_SOURCE_REPLACED' } } });
  });
});

test('small requests are repeated, too', async () => {
  const world = new MemoryWorld();
  fill(world, 1, 5);
  const failed = new Set<string>();
  const result = await run(world, {
    call: async ({ port, method }, proceed) => {
      if (port === 'source' && !failed.has(method)) {
        failed.add(method);
        throw lost();
      }
      return await proceed();
    },
    stream: (_request, proceed) => proceed(),
  });
  expect(result).toMatchObject({ status: 'success' });
  expect([...failed].sort()).toEqual(expect.arrayContaining(['clock', 'describe']));
  expectWhole(world);
});
