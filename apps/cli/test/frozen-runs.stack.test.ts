import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CrashStack, type LedgerBatch, type WatermarkLine } from './crash-stack.ts';
import { expectWhole } from './expect-whole.ts';
import { inFlight } from './in-flight.ts';
import type { Ended, Program } from './program.ts';
import type { Stop } from './stop.ts';
import { stopPut, type RequestFault } from './stop-request.ts';
import { stopInLoad, type StatementStop } from './stop-statement.ts';

/** Where a run is frozen: the stop keeps the answer to its last step, or the step itself. */
interface Moment {
  readonly table: string;
  readonly name: string;
  readonly stop: () => Stop;
  /** Inside a request: the request is carried out when the other run has ended. Else the run finds the answer when it wakes. */
  readonly isInside: boolean;
}

const put = (table: string, fault: RequestFault & Parameters<typeof stopPut>[2]) => (): Stop => stopPut(stack.servers.s3, table, fault);
const statement = (table: string, where: StatementStop) => (): Stop => stopInLoad(stack.servers.redshift.hooks, table, where);

const MOMENTS: readonly Moment[] = [
  { table: 'before_manifest', name: 'before the manifest', stop: put('before_manifest', { object: 'part', action: 'hold-after' }), isInside: false },
  { table: 'inside_manifest', name: 'while the manifest is on its way', stop: put('inside_manifest', { object: 'manifest', action: 'hold-received' }), isInside: true },
  { table: 'before_staged', name: 'before the watermark of a staged batch', stop: put('before_staged', { object: 'manifest', action: 'hold-after' }), isInside: false },
  { table: 'inside_staged', name: 'while the watermark of a staged batch is on its way', stop: put('inside_staged', { object: 'watermark', action: 'hold-received' }), isInside: true },
  { table: 'before_load', name: 'before the load', stop: put('before_load', { object: 'copy manifest', action: 'hold-after' }), isInside: false },
  { table: 'before_copy', name: 'before COPY', stop: statement('before_copy', { kind: 'create-table', phase: 'after' }), isInside: false },
  { table: 'inside_copy', name: 'inside COPY', stop: statement('inside_copy', { kind: 'copy', phase: 'during' }), isInside: true },
  { table: 'before_commit', name: 'before COMMIT', stop: statement('before_commit', { kind: 'insert', phase: 'after' }), isInside: false },
  { table: 'inside_commit', name: 'while COMMIT is on its way', stop: statement('inside_commit', { kind: 'commit', phase: 'before' }), isInside: true },
  { table: 'before_loaded', name: 'before the watermark of a loaded batch', stop: statement('before_loaded', { kind: 'commit', phase: 'after' }), isInside: false },
];
const TABLES = MOMENTS.map(({ table }) => table);

interface Frozen {
  readonly table: string;
  readonly run: Program;
  readonly stop: Stop;
  readonly atMs: number;
}

interface State {
  readonly ledger: readonly LedgerBatch[];
  readonly rows: readonly string[];
  readonly watermark: WatermarkLine | undefined;
}

const ASK_AGAIN_MS = 1_500;

/** The brief lease lasts 5 s from its last renewal, and that was at most one heartbeat before. */
const SOONEST_EXPIRY_MS = 4_000;

let stack: CrashStack;
let before: ReadonlyMap<string, State>;
let after: ReadonlyMap<string, State>;
const takenOverAfterMs = new Map<string, number>();
const sleepers = new Map<string, Ended>();

async function frozenAt({ stop: stopAt, isInside, table }: Moment): Promise<Frozen> {
  const stop = stopAt();
  const run = stack.startSyncWithBriefLease(table);
  await stop.reached;
  run.signal('SIGSTOP');
  if (!isInside) stop.goOn();
  return { table, run, stop, atMs: performance.now() };
}

/** Runs until one does not find the table taken. */
async function takeOver({ table, atMs }: Frozen): Promise<void> {
  for (;;) {
    const { code, stdout, stderr } = await stack.sync(table);
    if (code === 0) return void takenOverAfterMs.set(table, performance.now() - atMs);
    if (code !== 11) throw new Error(`${table}: the run that takes over ended with ${code}: ${stdout}${stderr}`);
    await sleep(ASK_AGAIN_MS);
  }
}

async function stateOfAll(): Promise<ReadonlyMap<string, State>> {
  const watermarks = await stack.watermarks();
  const states = new Map<string, State>();
  for (const table of TABLES) states.set(table, { ledger: await stack.ledger(table), rows: await stack.targetRows(table), watermark: watermarks.get(table) });
  return states;
}

beforeAll(async () => {
  stack = await CrashStack.start(TABLES);
  await stack.loadAndChange(TABLES);
  const frozen = await inFlight(MOMENTS, 5, async (moment) => {
    const sleeper = await frozenAt(moment);
    await takeOver(sleeper);
    return sleeper;
  });
  before = await stateOfAll();
  for (const { run, stop } of frozen) {
    run.signal('SIGCONT');
    stop.goOn();
  }
  for (const { table, run } of frozen) sleepers.set(table, await run.ended);
  after = await stateOfAll();
  await stack.syncToSuccess(...TABLES);
}, 600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

describe.each(MOMENTS)('I4: a run that sleeps past its lease $name', ({ table }) => {
  test('is taken over from when its lease has expired, not sooner', () => {
    expect(takenOverAfterMs.get(table)).toBeGreaterThan(SOONEST_EXPIRY_MS);
    expect(before.get(table)!.rows.length).toBe(70);
  });

  test('ends with 21 when it wakes', () => {
    const { code, stdout, stderr } = sleepers.get(table)!;
    expect(code, `${stdout}${stderr}`).toBe(21);
  });

  test('writes nothing that counts', () => {
    expect(after.get(table)).toEqual(before.get(table));
  });
});

test('I1-I4: then every table is whole', async () => {
  const watermarks = await stack.watermarks();
  for (const table of TABLES) await expectWhole(stack, table, watermarks);
});
