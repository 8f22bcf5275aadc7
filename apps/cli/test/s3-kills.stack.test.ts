import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CrashStack } from './crash-stack.ts';
import { expectWhole } from './expect-whole.ts';
import { disturbPut, stopPut, type PutStop, type RequestFault, type WrittenObject } from './stop-request.ts';

const WRITTEN: readonly WrittenObject[] = ['lease', 'part', 'manifest', 'copy manifest', 'watermark'];
const nameOf = (object: WrittenObject): string => object.replace(' ', '_');

/** Answers that do not come, to a run that lives. */
const DISTURBED = WRITTEN.flatMap((object) => [
  { table: `stored_${nameOf(object)}`, object, action: 'reset-after-store', name: `${object}: stored, and the connection is reset` } as const,
  { table: `lost_${nameOf(object)}`, object, action: 'reset-before', name: `${object}: the connection is reset before it is stored` } as const,
  { table: `failed_${nameOf(object)}`, object, action: 'error-after-store', name: `${object}: stored, and answered with status 500` } as const,
]);

/** PUTs that are held while their process is killed, and land when the next run has ended. */
const LATE = WRITTEN.map((object) => ({ table: `late_${nameOf(object)}`, object }));

/** PUTs that land between the next run's look at the object and its own write. */
const BETWEEN = ['between_manifest', 'between_watermark', 'between_lease'] as const;

const TABLES = [...DISTURBED.map(({ table }) => table), ...LATE.map(({ table }) => table), ...BETWEEN];

let stack: CrashStack;

beforeAll(async () => {
  stack = await CrashStack.start(TABLES);
  await stack.loadAndChange(TABLES);
}, 600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

/** A run that is killed while one of its PUTs waits; the PUT is still there, received in full. */
async function killedAt(table: string, fault: Omit<RequestFault, 'action'>): Promise<PutStop> {
  const stop = stopPut(stack.servers.s3, table, { ...fault, action: 'hold-received' });
  const run = stack.startSync(table);
  await stop.reached;
  run.signal('SIGKILL');
  expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
  return stop;
}

describe('an answer is lost and the run lives', () => {
  let disturbed: ReadonlyMap<string, () => number>;
  let code: number | null;
  let stdout: string;

  beforeAll(async () => {
    disturbed = new Map(DISTURBED.map(({ table, object, action }) => [table, disturbPut(stack.servers.s3, table, { object, action })]));
    ({ code, stdout } = await stack.sync(...disturbed.keys()));
  }, 600_000);

  test('the run ends with success', () => {
    expect(code, stdout).toBe(0);
  });

  test.each(DISTURBED)('$name', async ({ table }) => {
    expect(disturbed.get(table)!(), 'it happened').toBe(1);
    expect(await stack.targetRows(table)).toEqual(await stack.sourceRows(table));
  });
});

describe.concurrent('a run is killed, and its PUT lands when the next run has ended', () => {
  test.each(LATE)('$object', async ({ table, object }) => {
    const stop = await killedAt(table, { object });
    await stack.syncToSuccess(table);
    const [rows, ledger] = [await stack.targetRows(table), await stack.ledger(table)];
    expect(rows).toEqual(await stack.sourceRows(table));
    stop.goOn();
    await stop.over();
    await stack.syncToSuccess(table);
    expect(await stack.targetRows(table)).toEqual(rows);
    expect((await stack.ledger(table)).slice(0, ledger.length)).toEqual(ledger);
  });
});

describe.concurrent('a run is killed, and its PUT lands between the next run’s look and its write', () => {
  test('manifest: the next run finds the number taken and gives up, the one after it takes the batch over', async () => {
    const table = 'between_manifest';
    const old = await killedAt(table, { object: 'manifest' });
    const stop = stopPut(stack.servers.s3, table, { object: 'manifest', action: 'hold-before' });
    const next = stack.startSync(table);
    await stop.reached;
    old.goOn();
    await old.over();
    stop.goOn();
    const { code, stdout } = await next.ended;
    expect(code, stdout).toBe(21);
    expect(stdout).toContain('MANIFEST_EXISTS');
    await stack.syncToSuccess(table);
  });

  test('watermark: the next run finds another version and gives up, the one after it goes on', async () => {
    const table = 'between_watermark';
    const old = await killedAt(table, { object: 'watermark' });
    const stop = stopPut(stack.servers.s3, table, { object: 'watermark', action: 'hold-before' });
    const next = stack.startSync(table);
    await stop.reached;
    old.goOn();
    await old.over();
    stop.goOn();
    const { code, stdout } = await next.ended;
    expect(code, stdout).toBe(21);
    expect(stdout).toContain('WATERMARK_CONFLICT');
    await stack.syncToSuccess(table);
  });

  test('lease: the next run sees that the holder is dead and takes it', async () => {
    const table = 'between_lease';
    const old = await killedAt(table, { object: 'lease' });
    const stop = stopPut(stack.servers.s3, table, { object: 'lease', action: 'hold-before' });
    const next = stack.startSync(table);
    await stop.reached;
    old.goOn();
    await old.over();
    stop.goOn();
    const { code, stdout } = await next.ended;
    expect(code, stdout).toBe(0);
  });
});

describe('I1-I4: then', () => {
  test('every table is whole', async () => {
    const watermarks = await stack.watermarks();
    for (const table of TABLES) await expectWhole(stack, table, watermarks);
  });
});
