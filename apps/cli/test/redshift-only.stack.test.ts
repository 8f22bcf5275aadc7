import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CRASH_CASES } from './crash-cases.ts';
import { CrashStack, PAST_THE_LAG_MS, type LedgerBatch, type WatermarkLine } from './crash-stack.ts';
import { expectWhole } from './expect-whole.ts';
import { inFlight } from './in-flight.ts';

/** Requests of a run, each broken off once: its answer is lost, or the process ends right after it. A third of them; all with TIDEMARK_EVERY_FAULT. */
const STRIDE = process.env['TIDEMARK_EVERY_FAULT'] === undefined ? 3 : 1;
const CASES = CRASH_CASES.filter(({ phase, point }) => phase === 'increment' && point.moment !== 'before').filter((_entry, index) => index % STRIDE === 0);
const TABLES = CASES.map(({ table }) => table);

let stack: CrashStack;
/** What the source had when nothing was read from it any more. */
const before = new Map<string, readonly string[]>();
const ledgers = new Map<string, readonly LedgerBatch[]>();
let loadedMarks: ReadonlyMap<string, WatermarkLine>;
let stagedRows: ReadonlyMap<string, number>;
let wholeMarks: ReadonlyMap<string, WatermarkLine>;

async function syncAll(): Promise<void> {
  const middle = Math.ceil(TABLES.length / 2);
  const halves = [TABLES.slice(0, middle), TABLES.slice(middle)];
  for (const { code, stdout, stderr } of await Promise.all(halves.map((tables) => stack.startSync(...tables).ended))) expect(code, `${stdout}${stderr}`).toBe(0);
}

beforeAll(async () => {
  stack = await CrashStack.start(TABLES);
  for (const table of TABLES) await stack.write(table, 1, 50, 'first', 7_200);
  await syncAll();
  for (const table of TABLES) await stack.write(table, 31, 90, 'second');
  await sleep(PAST_THE_LAG_MS);
  await inFlight(CASES, 3, async ({ table, crashes }) => await stack.syncThatCrashes(table, crashes));

  // What is staged is loaded without the source: rows that change now are not seen.
  for (const table of TABLES) await stack.write(table, 1, 3, 'unseen');
  const loading = await stack.start('sync', 'pipeline', '-p', 'crash_pipeline', '--redshift-only', '--json').ended;
  expect(loading.code, `${loading.stdout}${loading.stderr}`).toBe(0);
  loadedMarks = await stack.watermarks();
  stagedRows = await stack.stagedRows();
  for (const table of TABLES) {
    ledgers.set(table, await stack.ledger(table));
    before.set(table, await stack.targetRows(table));
  }
  await sleep(PAST_THE_LAG_MS);
  await syncAll();
  wholeMarks = await stack.watermarks();
}, 3_600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

test.each(CASES)('I1-I3: --redshift-only after $name loads all that is staged and nothing else; the next run makes the table whole', async ({ table }) => {
  const ledger = ledgers.get(table)!;
  expect(ledger.map(({ epoch, seq }) => [epoch, seq])).toEqual(ledger.map((_, index) => [1, index + 1]));
  expect(loadedMarks.get(table)).toMatchObject({ staged_seq: ledger.length, loaded_seq: ledger.length });
  expect(ledger.reduce((sum, { rowsCopied }) => sum + rowsCopied, 0), 'I5: rows of the manifests are the rows copied').toBe(stagedRows.get(table));
  const rows = before.get(table)!;
  expect(rows.filter((row) => row.includes('unseen'))).toEqual([]);
  expect(rows.length, 'batches of 25 rows, in the order of their time').toSatisfy((count: number) => count === 50 || count === 55 || count === 80 || count === 90);
  await expectWhole(stack, table, wholeMarks);
});
