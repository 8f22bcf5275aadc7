import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CrashStack } from './crash-stack.ts';
import { expectWhole } from './expect-whole.ts';
import type { Ended } from './program.ts';
import { stopInLoad } from './stop-statement.ts';
import { stopPut } from './stop-request.ts';

const TABLES = ['two_in_copy', 'two_in_put', 'int_in_put', 'term_in_copy', 'int_twice'] as const;

let stack: CrashStack;

beforeAll(async () => {
  stack = await CrashStack.start(TABLES);
  await stack.loadAndChange(TABLES);
}, 600_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

interface Failure {
  readonly error_code: string;
  readonly error_message: string;
  readonly error_details: { readonly holder?: { readonly runId: string; readonly host: string; readonly pid: number } };
}

/** What `--json` says of a run of one table. */
function resultOf({ stdout }: Ended): { readonly runId: string; readonly table: Failure } {
  const { execution_id: runId, table_results: results } = JSON.parse(stdout) as { execution_id: string; table_results: Record<string, Failure> };
  return { runId, table: Object.values(results)[0]! };
}

describe.concurrent('two runs at once', () => {
  test.each(['two_in_copy', 'two_in_put'] as const)('one works, the other exits 11 at once and names it: %s', async (table) => {
    const stop = table === 'two_in_copy' ? stopInLoad(stack.servers.redshift.hooks, table, { kind: 'copy', phase: 'during' }) : stopPut(stack.servers.s3, table, { object: 'manifest', action: 'hold-before' });
    const first = stack.startSync(table);
    await stop.reached;
    const other = await stack.sync(table);
    stop.goOn();
    const worked = await first.ended;
    expect(worked.code, worked.stdout).toBe(0);
    expect(other.code, other.stdout).toBe(11);
    const { runId } = resultOf(worked);
    const { table: refused } = resultOf(other);
    expect(refused.error_code).toBe('LEASE_HELD');
    expect(refused.error_details.holder).toMatchObject({ runId, host: hostname(), pid: first.pid });
    for (const fact of [runId, hostname(), String(first.pid)]) expect(refused.error_message).toContain(fact);
  });
});

describe.concurrent('a run that is told to end', () => {
  test('SIGINT while a part is written: it stops at a safe point with 130', async () => {
    const stop = stopPut(stack.servers.s3, 'int_in_put', { object: 'part', action: 'hold-received' });
    const run = stack.startSync('int_in_put');
    await stop.reached;
    run.signal('SIGINT');
    stop.goOn();
    expect(await run.ended).toMatchObject({ code: 130, signal: null });
    await stack.syncToSuccess('int_in_put');
  });

  test('SIGTERM inside COPY: it stops at a safe point with 143', async () => {
    const stop = stopInLoad(stack.servers.redshift.hooks, 'term_in_copy', { kind: 'copy', phase: 'during' });
    const run = stack.startSync('term_in_copy');
    await stop.reached;
    run.signal('SIGTERM');
    stop.goOn();
    expect(await run.ended).toMatchObject({ code: 143, signal: null });
    await stack.syncToSuccess('term_in_copy');
  });

  test('SIGINT a second time, inside COPY: it ends at once with 130', async () => {
    const stop = stopInLoad(stack.servers.redshift.hooks, 'int_twice', { kind: 'copy', phase: 'during' });
    const run = stack.startSync('int_twice');
    await stop.reached;
    run.signal('SIGINT');
    await run.said('Once more ends at once');
    run.signal('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, signal: null });
    stop.goOn();
    await stack.syncToSuccess('int_twice');
  });
});

describe('I1-I4: then', () => {
  test('every table is whole', async () => {
    const watermarks = await stack.watermarks();
    for (const table of TABLES) await expectWhole(stack, table, watermarks);
  });
});
