import { tellFigures } from '@tidemark/testkit';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { anyCommands } from '../../test/histories/commands.ts';
import { Figures } from '../../test/histories/figures.ts';
import { TableHistory } from '../../test/histories/table-history.ts';
import { variantsOf } from '../../test/histories/variants.ts';
import { MemoryWorld } from '../testing/index.ts';
import { PROMISES, type PromiseCell } from './promises.ts';

/** Histories of each cell with a fixed seed; as many more with a fresh one. */
const HISTORIES = Number(process.env['TIDEMARK_SOAK'] ?? process.env['TIDEMARK_HISTORIES'] ?? 10);
/** Steps of a history at most. */
const STEPS = Number(process.env['TIDEMARK_STEPS'] ?? 40);
const SEED = process.env['TIDEMARK_SEED'];

const figures = new Figures();
afterAll(() => tellFigures(`histories of the engine: ${figures.toString()}`));

const cells = (isRefused: boolean) => PROMISES.filter(({ promise }) => (promise === 'refused') === isRefused).map((cell) => [`${cell.strategy} × ${cell.mode}`, cell] as const);

async function hold(cell: PromiseCell, seed: number): Promise<void> {
  const variants = variantsOf(cell);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...variants.map(({ name }) => name)), anyCommands(STEPS), async (name, commands) => {
      const history = new TableHistory(cell, variants.find((variant) => variant.name === name)!, figures);
      await fc.asyncModelRun(() => ({ model: { paced: 0, open: 0 }, real: history }), commands);
      await history.end();
    }),
    { numRuns: HISTORIES, seed },
  );
}

describe.each(cells(false))('P1, P2: %s', (name, cell) => {
  test(`keeps its promise (${cell.promise}) after any history of writers, clocks, commands, and runs that crash, freeze and overlap`, { timeout: 0 }, async () => {
    const fresh = SEED === undefined ? Date.now() % 2_147_483_647 : Number(SEED);
    console.log(`${name}: fresh seed ${fresh}`);
    if (SEED === undefined) await hold(cell, 20_260_131);
    await hold(cell, fresh);
  });
});

test.each(cells(true))('%s is refused before anything is read', async (_name, cell) => {
  const world = new MemoryWorld();
  world.source.put(1, 'v1');
  const [{ reading, table }] = variantsOf(cell) as [ReturnType<typeof variantsOf>[number]];
  const result = await world.sync({ reading, table });
  expect(result.exit_code).toBe(10);
  expect(world.store.keys().filter((key) => key.startsWith('incremental/'))).toEqual([]);
});
