import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CrashStack } from './crash-stack.ts';
import { expectWhole } from './expect-whole.ts';
import { stopAtLock, stopInLoad, type StatementStop } from './stop-statement.ts';

const TABLES = ['in_copy', 'commit_not_made', 'commit_made', 'commit_lands_before', 'commit_lands_during', 'commit_ended', 'lives_in_copy', 'lives_not_made', 'lives_made'] as const;
type Table = (typeof TABLES)[number];

let stack: CrashStack;

beforeAll(async () => {
  stack = await CrashStack.start(TABLES);
  await stack.loadAndChange(TABLES);
}, 600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

/** A run that is killed while a statement of its load waits; the statement is still there. */
async function killedAt(table: Table, where: StatementStop) {
  const stop = stopInLoad(stack.servers.redshift.hooks, table, where);
  const run = stack.startSync(table);
  await stop.reached;
  run.signal('SIGKILL');
  expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
  return stop;
}

const batchesOf = async (table: Table): Promise<number> => (await stack.ledger(table)).length;

describe.concurrent('a run is killed', () => {
  test('inside COPY, with rows in the staging table', async () => {
    const before = await batchesOf('in_copy');
    const stop = await killedAt('in_copy', { kind: 'copy', phase: 'during' });
    stop.goOn();
    await stack.syncToSuccess('in_copy');
    expect(await batchesOf('in_copy')).toBeGreaterThan(before);
  });

  test('before COMMIT is carried out', async () => {
    const before = await batchesOf('commit_not_made');
    const stop = await killedAt('commit_not_made', { kind: 'commit', phase: 'before', reply: 'drop-connection' });
    stop.goOn();
    expect(await batchesOf('commit_not_made')).toBe(before);
    await stack.syncToSuccess('commit_not_made');
  });

  test('after COMMIT was carried out, before its answer came', async () => {
    const before = await batchesOf('commit_made');
    const stop = await killedAt('commit_made', { kind: 'commit', phase: 'after', reply: 'hold-answer' });
    stop.goOn();
    const made = await batchesOf('commit_made');
    expect(made).toBeGreaterThan(before);
    await stack.syncToSuccess('commit_made');
  });

  test('and its COMMIT lands before the next run looks', async () => {
    const before = await batchesOf('commit_lands_before');
    const stop = await killedAt('commit_lands_before', { kind: 'commit', phase: 'before' });
    stop.goOn();
    await vi.waitFor(async () => expect(await batchesOf('commit_lands_before')).toBeGreaterThan(before));
    await stack.syncToSuccess('commit_lands_before');
  });

  test('and its COMMIT lands right before the next run locks the ledger', async () => {
    const before = await batchesOf('commit_lands_during');
    const stop = await killedAt('commit_lands_during', { kind: 'commit', phase: 'before' });
    const lock = stopAtLock(stack.servers.redshift.hooks, 'commit_lands_during');
    const next = stack.startSync('commit_lands_during');
    await lock.reached;
    stop.goOn();
    await vi.waitFor(async () => expect(await batchesOf('commit_lands_during')).toBeGreaterThan(before));
    lock.goOn();
    const { code, stdout } = await next.ended;
    expect(code, stdout).toBe(0);
  });

  test('and its COMMIT comes after the next run has ended its session', async () => {
    const stop = await killedAt('commit_ended', { kind: 'commit', phase: 'before' });
    await stack.syncToSuccess('commit_ended');
    const after = await batchesOf('commit_ended');
    stop.goOn();
    await stack.syncToSuccess('commit_ended');
    expect(await batchesOf('commit_ended')).toBeGreaterThanOrEqual(after);
  });
});

describe.concurrent('the connection is lost and the run lives', () => {
  test.each([
    ['inside COPY', 'lives_in_copy', { kind: 'copy', phase: 'during', reply: 'drop-connection' }],
    ['before COMMIT is carried out', 'lives_not_made', { kind: 'commit', phase: 'before', reply: 'drop-connection' }],
    ['after COMMIT was carried out', 'lives_made', { kind: 'commit', phase: 'after', reply: 'drop-connection' }],
  ] as const)('%s: it ends with success', async (_name, table, where) => {
    const stop = stopInLoad(stack.servers.redshift.hooks, table, where);
    const run = stack.startSync(table);
    await stop.reached;
    stop.goOn();
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(0);
    const { table_results: results } = JSON.parse(stdout) as { table_results: Record<string, { rows_extracted: number; rows_loaded: number }> };
    const [result] = Object.values(results);
    expect(result!.rows_loaded).toBe(result!.rows_extracted);
  });
});

describe('I1-I3: then', () => {
  test('every table is whole', async () => {
    const watermarks = await stack.watermarks();
    for (const table of TABLES) await expectWhole(stack, table, watermarks);
  });
});
