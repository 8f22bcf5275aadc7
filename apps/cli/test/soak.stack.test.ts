import { setTimeout as sleep } from 'node:timers/promises';
import { tellFigures } from '@tidemark/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CommandStack } from './command-stack.ts';
import { randomFrom } from './random.ts';
import { Writers } from './writers.ts';

vi.setConfig({ testTimeout: 3_600_000 });

/** Rounds of a run beside writers; most of them are killed. */
const ROUNDS = Math.ceil(Number(process.env['TIDEMARK_SOAK'] ?? 12) / 4);
/** No run ends before. */
const SHORTEST_LIFE_MS = 500;
const LONGEST_LIFE_MS = 6_000;

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const rowsOf = (table: string): string => `SELECT id, state, updated_at FROM ${table} ORDER BY id`;

test('P1, P2: four writers, runs killed at any moment, and every row is there once', async () => {
  const seed = Date.now() % 2_147_483_647;
  console.log(`soak: seed ${seed}, ${ROUNDS} rounds`);
  const random = randomFrom(seed);
  const tables = ['carts', 'visits'];
  for (const table of tables) await stack.createTable(table, 50);
  const settings = '{ cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 200ms, lookback: 1m }';
  const room = await stack.room('soak', { tables: Object.fromEntries(tables.map((table) => [table, settings])), pipeline: { processing: '{ batch_size: 60, max_parallel_tables: 2 }' } });
  let killed = 0;
  const writers = await Writers.start(stack.servers, tables, seed);
  for (let round = 0; round < ROUNDS; round++) {
    const program = room.start({}, 'sync', 'pipeline', '-p', room.pipeline, '--json');
    const end = await Promise.race([program.ended, sleep(round === 0 ? SHORTEST_LIFE_MS : SHORTEST_LIFE_MS + random(LONGEST_LIFE_MS)).then(() => null)]);
    if (end === null) {
      program.signal(random(4) === 0 ? 'SIGTERM' : 'SIGKILL');
      killed++;
      await program.ended;
    } else {
      expect(end.code, `${end.stdout}${end.stderr}`).toBe(0);
    }
  }
  const written = await writers.stop();
  await sleep(500);
  const quiet = await room.sync('--json');
  expect(quiet.code, `${quiet.stdout}${quiet.stderr}`).toBe(0);
  let compared = 0;
  for (const table of tables) {
    const [source, target] = [await stack.source.rows(rowsOf(table)), await stack.target.rows(rowsOf(`reporting.${table}`))];
    const plain = (rows: readonly Readonly<Record<string, string | null>>[]): string[] => rows.map(({ id, state, updated_at }) => `${id} ${state} ${(updated_at ?? '').replace(/\.?0+$/, '')}`);
    expect(plain(target)).toEqual(plain(source));
    compared += source.length;
  }
  tellFigures(`real processes: ${written} rows written by 4 writers, ${killed} of ${ROUNDS} runs killed, ${compared} rows compared`);
  expect(killed, 'runs were killed').toBeGreaterThan(0);
});
