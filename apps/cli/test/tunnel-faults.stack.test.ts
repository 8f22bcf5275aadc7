import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CommandStack, type Room } from './command-stack.ts';
import { runResult, tableResult } from './run-result.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** About 1 kB each and hard to compress: a batch has some twenty parts of 1 MB. */
const ROWS = 60_000;
const BATCH_ROWS = 20_000;
/** A part of the second batch. With this one and the following held, the reading stands in the middle of a result. */
const FIRST_HELD_PART = 25;
const LOST = 'the source was lost; its range is read again';

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

interface Fault {
  readonly table: string;
  readonly name: string;
  readonly strike: () => void;
  /** After the run has noticed. */
  readonly heal: () => void;
}

const FAULTS: readonly Fault[] = [
  { table: 'killed', name: 'is killed', strike: () => stack.servers.sshd.dropSessions(), heal: () => undefined },
  { table: 'frozen', name: 'is frozen', strike: () => stack.servers.sshd.signalAll('SIGSTOP'), heal: () => stack.servers.sshd.signalAll('SIGCONT') },
];

async function createTable(table: string): Promise<void> {
  const body = Array.from({ length: 8 }, (_, part) => `SHA2(CONCAT(seq, '-${part}'), 512)`).join(', ');
  await stack.source.run(`CREATE TABLE ${table} (id BIGINT NOT NULL PRIMARY KEY, body VARCHAR(1100) NOT NULL, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
  await stack.source.run(`INSERT INTO ${table} SELECT seq, CONCAT(${body}), NOW(6) - INTERVAL 1 HOUR - INTERVAL seq MICROSECOND FROM seq_1_to_${ROWS}`);
}

async function roomOf(table: string): Promise<Room> {
  return await stack.room(table, {
    tables: { [table]: '{ cdc_timestamp_column: updated_at, cdc_id_column: id }' },
    pipeline: { source: 'SHOP_RO_TUNNEL', processing: `{ batch_size: ${BATCH_ROWS}, target_file_mb: 1 }` },
    connections: { '      ssh_tunnel:\n': '      ssh_tunnel:\n        keepalive_seconds: 2\n', '    incremental_path:': '    performance: { max_concurrency: 2 }\n    incremental_path:' },
  });
}

async function sourceRows(table: string): Promise<string[]> {
  return (await stack.source.rows(`SELECT CONCAT_WS('|', id, body, DATE_FORMAT(updated_at, '%Y-%m-%d %H:%i:%s.%f')) AS line FROM ${table} ORDER BY id`)).map(({ line }) => String(line));
}

async function targetRows(table: string): Promise<string[]> {
  return (await stack.target.rows(`SELECT id || '|' || body || '|' || to_char(updated_at, 'YYYY-MM-DD HH24:MI:SS.US') AS line FROM reporting.${table} ORDER BY id`)).map(({ line }) => String(line));
}

describe.each(FAULTS)('a tunnel that $name in the middle of a query', ({ table, strike, heal }) => {
  test('is built again, and the same run goes on from its last staged batch', async () => {
    await createTable(table);
    const room = await roomOf(table);
    const { faults } = stack.servers.s3;
    const parts = faults.add({ action: 'hold-received', match: { operation: 'PutObject', key: new RegExp(`^incremental/.*_${table}_[^/]*\\.parquet$`), nth: FIRST_HELD_PART }, times: Infinity });
    const run = room.start({}, 'sync', 'pipeline', '-p', room.pipeline, '--json', '--log-level', 'warn');
    const endedTooSoon = run.ended.then(({ stdout, stderr }) => Promise.reject(new Error(`the run ended before: ${stdout}${stderr}`)));
    await Promise.race([faults.waitForHeld(parts.id, 100_000), endedTooSoon]);
    const manifests = async (): Promise<ReadonlyMap<string, string>> => {
      const keys = (await stack.bucket.keysWith(`_sales_${table}/`)).filter((key) => key.includes('/manifests/') && !key.includes('/copy/'));
      return new Map(await Promise.all(keys.map(async (key) => [key, await stack.bucket.text(key)] as const)));
    };
    const before = await manifests();
    strike();
    parts.remove();
    faults.releaseAll();
    await Promise.race([run.said(LOST), endedTooSoon]).finally(heal);
    const ended = await run.ended;

    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/"code":"TUNNEL_LOST","loss":1/);
    expect(runResult(ended).status).toBe('success');
    expect(await targetRows(table)).toEqual(await sourceRows(table));
    // What was staged before is what it was, and was not read again.
    expect(before.size).toBeGreaterThan(0);
    const after = await manifests();
    for (const [key, text] of before) expect(after.get(key), key).toBe(text);
    expect(after.size).toBe(ROWS / BATCH_ROWS);
    expect(tableResult(ended, table)).toMatchObject({ rows_extracted: ROWS, rows_loaded: ROWS });
  });
});

test('nothing of the tunnels is left open', async () => {
  while (stack.servers.sshd.sessionPids().length > 0) await sleep(50);
});
