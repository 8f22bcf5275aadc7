import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashPointName, RUN_CRASH_POINTS } from '@tidemark/sync-engine/testing';
import { CRASH_CASES, type CrashCase } from './crash-cases.ts';
import { CrashStack, PAST_THE_LAG_MS, type LedgerBatch, type WatermarkLine } from './crash-stack.ts';
import { expectWhole } from './expect-whole.ts';
import { inFlight } from './in-flight.ts';
import { struckLine } from './planned-crash.ts';
import type { Ended } from './program.ts';

/** What was seen of one case: the run that broke, what it left, and what there was after the next run. */
interface Seen {
  readonly broken: Ended;
  readonly leftLedger: readonly LedgerBatch[];
  readonly leftWatermark: WatermarkLine | undefined;
}

let stack: CrashStack;
const seen = new Map<string, Seen>();
let settled: readonly Ended[];
let watermarks: ReadonlyMap<string, WatermarkLine>;
let stagedRows: ReadonlyMap<string, number>;

const tablesOf = (phase: CrashCase['phase']): string[] => CRASH_CASES.filter((entry) => entry.phase === phase).map(({ table }) => table);

/** Half of the tables in each of two runs, so that both processors work. */
async function syncHalves(tables: readonly string[]): Promise<readonly Ended[]> {
  const middle = Math.ceil(tables.length / 2);
  return await Promise.all([stack.sync(...tables.slice(0, middle)), stack.sync(...tables.slice(middle))]);
}

function expectSuccess(runs: readonly Ended[]): void {
  for (const { code, stdout, stderr } of runs) expect(code, `${stdout}${stderr}`).toBe(0);
}

beforeAll(async () => {
  stack = await CrashStack.start(CRASH_CASES.map(({ table }) => table));
  const increments = tablesOf('increment');
  for (const table of increments) await stack.write(table, 1, 50, 'first', 7_200);
  expectSuccess(await syncHalves(increments));
  for (const table of increments) await stack.write(table, 31, 54, 'second');
  await sleep(PAST_THE_LAG_MS);
  expectSuccess(await syncHalves(increments));
  for (const table of increments) {
    await stack.write(table, 51, 90, 'third');
    await stack.write(table, 5, 7, 'committed late', 60);
  }
  for (const table of tablesOf('first load')) await stack.write(table, 1, 50, 'first', 7_200);
  await sleep(PAST_THE_LAG_MS);

  const broken = await inFlight(CRASH_CASES, 3, async ({ table, crashes }) => await stack.syncThatCrashes(table, crashes));
  const leftWatermarks = await stack.watermarks();
  for (const [index, { table }] of CRASH_CASES.entries()) {
    seen.set(table, { broken: broken[index]!, leftLedger: await stack.ledger(table), leftWatermark: leftWatermarks.get(table) });
  }
  settled = await syncHalves(CRASH_CASES.map(({ table }) => table));
  watermarks = await stack.watermarks();
  stagedRows = await stack.stagedRows();
}, 600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

test('every crash point is exercised', () => {
  const exercised = new Set(CRASH_CASES.map(({ point }) => crashPointName(point)));
  expect(RUN_CRASH_POINTS.map(crashPointName).filter((name) => !exercised.has(name))).toEqual([]);
  console.log(`crash points: ${exercised.size} of ${RUN_CRASH_POINTS.length}, in ${CRASH_CASES.length} runs that broke`);
});

test('the run after the crashes ends with success for every table', () => {
  expectSuccess(settled);
});

describe.each(CRASH_CASES)('$name', ({ table, point }) => {
  test('the run broke there', () => {
    const { broken } = seen.get(table)!;
    expect(broken.stderr).toContain(struckLine(crashPointName(point)));
    if (point.moment === 'answer-lost') expect(broken.signal).toBeNull();
    else expect(broken.signal).toBe('SIGKILL');
  });

  test('I1: the watermark passes nothing that is not committed', () => {
    const { leftLedger, leftWatermark } = seen.get(table)!;
    expect(leftWatermark?.loaded_seq ?? 0).toBeLessThanOrEqual(leftLedger.length);
  });

  test('I1-I5: source and target are equal after the next run, ledger and watermark agree', async () => {
    await expectWhole(stack, table, watermarks);
    const ledger = await stack.ledger(table);
    expect(ledger.reduce((sum, { rowsCopied }) => sum + rowsCopied, 0), 'I5: rows of the manifests are the rows copied').toBe(stagedRows.get(table));
  });
});

test('the comparison sees a cell that differs, a row too few and a row too many', async () => {
  const [table] = tablesOf('increment');
  const rows = await stack.sourceRows(table!);
  for (const change of [`UPDATE reporting.${table} SET amount = amount + 0.01 WHERE id = 1`, `DELETE FROM reporting.${table} WHERE id = 2`, `INSERT INTO reporting.${table} SELECT * FROM reporting.${table} WHERE id = 3`]) {
    await stack.target.run('BEGIN', change);
    expect(await stack.targetRows(table!)).not.toEqual(rows);
    await stack.target.run('ROLLBACK');
    expect(await stack.targetRows(table!)).toEqual(rows);
  }
});
