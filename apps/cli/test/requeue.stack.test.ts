import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CommandStack, type Room } from './command-stack.ts';
import type { Ended } from './program.ts';
import { tableResult } from './run-result.ts';
import type { Stop } from './stop.ts';
import { stopPut, type WrittenObject } from './stop-request.ts';
import { stopInLoad, type StatementStop } from './stop-statement.ts';

vi.setConfig({ testTimeout: 600_000 });

const CHANGES = 'cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms, lookback: 0, late_commits: accept, quarantine: { max_rows: 5 }';
const QUERY = 'SELECT n.id, UPPER(n.word) AS word, n.body, n.updated_at FROM NOTES n WHERE n.updated_at > :last_timestamp AND n.updated_at < :until_timestamp';
const LONG = "REPEAT('x', 70000)";

/** Where a run is killed: while it writes an object, or inside the transaction that loads. */
const PLACES: readonly (readonly [string, WrittenObject | StatementStop])[] = [
  ['quarantine', 'quarantine'],
  ['manifest', 'manifest'],
  ['copy_manifest', 'copy manifest'],
  ['copy', { kind: 'copy', phase: 'during' }],
  ['ledger', { kind: 'insert', phase: 'before', reply: 'drop-connection' }],
  ['commit', { kind: 'commit', phase: 'after', reply: 'hold-answer' }],
];
const FIRST_RUNS = PLACES.map(([name, place]) => ({ name, place, table: `run_${name}` }));
const REQUEUES = PLACES.map(([name, place]) => ({ name, place, table: `requeue_${name}` }));

let stack: CommandStack;
let killed: Room;

beforeAll(async () => {
  stack = await CommandStack.start();
  for (const { table } of [...FIRST_RUNS, ...REQUEUES]) await createNotes(table);
  killed = await stack.room('killed', { tables: Object.fromEntries([...FIRST_RUNS, ...REQUEUES].map(({ table }) => [table, `{ ${CHANGES}, load_mode: append }`])) });
}, 300_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

/** Five rows, of which 2 and 4 cannot be represented. */
async function createNotes(table: string): Promise<void> {
  await stack.source.run(`CREATE TABLE ${table} (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, word VARCHAR(20) NOT NULL, body LONGTEXT, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
  await stack.source.run(`INSERT INTO ${table} SELECT seq, CONCAT('word ', seq), IF(seq IN (2, 4), ${LONG}, 'fine'), NOW(6) - INTERVAL 10 MINUTE + INTERVAL seq SECOND FROM seq_1_to_5`);
}

async function sync(room: Room, table: string, code: number, ...flags: string[]): Promise<ReturnType<typeof tableResult>> {
  const ended: Ended = await room.sync('-t', `sales.${table}`, ...flags, '--json');
  expect(ended.code, ended.stdout + ended.stderr).toBe(code);
  return tableResult(ended, table);
}

/** Makes a row one that can be represented, its change time kept. */
const mend = async (table: string, ...ids: number[]): Promise<void> => {
  await stack.source.run(`UPDATE ${table} SET body = CONCAT('mended ', id) WHERE id IN (${ids.join(', ')})`);
};

const COLUMNS = 'id, word, body, updated_at';
const texts = (rows: readonly Record<string, string | null>[]): string[] => rows.map((row) => Object.values(row).map((value) => (value ?? 'NULL').slice(0, 60).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')).join('|')).sort();
const targetRows = async (table: string, columns = COLUMNS): Promise<string[]> => texts(await stack.target.rows(`SELECT ${columns} FROM reporting.${table}`));
const sourceRows = async (table: string, where = 'TRUE', columns = COLUMNS): Promise<string[]> => texts(await stack.source.rows(`SELECT ${columns} FROM ${table} WHERE ${where}`));

/** A run that is killed at a place; what it was about to do lands later. */
async function killedAt(table: string, place: WrittenObject | StatementStop, ...flags: string[]): Promise<Stop> {
  const stop = typeof place === 'string' ? stopPut(stack.servers.s3, table, { object: place, action: 'hold-received' }) : stopInLoad(stack.servers.redshift.hooks, table, place);
  const run = killed.start({}, 'sync', 'pipeline', '-p', killed.pipeline, '-t', `sales.${table}`, ...flags, '--json');
  await stop.reached;
  run.signal('SIGKILL');
  expect(await run.ended).toMatchObject({ signal: 'SIGKILL' });
  if (typeof place !== 'string') stop.goOn();
  return stop;
}

/** Kills a run of each table at its place; the requests that were held land when `goOn` is called. */
async function killEach(cases: typeof FIRST_RUNS, ...flags: string[]): Promise<{ goOn(): void }> {
  const stops = await Promise.all(cases.map(async ({ table, place }) => await killedAt(table, place, ...flags)));
  return { goOn: () => stops.forEach((stop) => stop.goOn()) };
}

/** One run of all these tables; ends with 20 while rows are set aside. */
async function syncAll(cases: typeof FIRST_RUNS, codes: readonly number[], ...flags: string[]): Promise<void> {
  const ended = await killed.sync(...cases.flatMap(({ table }) => ['-t', `sales.${table}`]), ...flags, '--json');
  expect(codes, ended.stdout + ended.stderr).toContain(ended.code);
}

async function expectRows(cases: typeof FIRST_RUNS, where: string): Promise<void> {
  for (const { table } of cases) expect(await targetRows(table), table).toEqual(await sourceRows(table, where));
}

const tablesOf = (cases: typeof FIRST_RUNS): string[] => cases.map(({ table }) => table);

test('I1, I3, I5: a run that sets rows aside and is killed, in append: each row is loaded once or set aside, and comes with the next requeue', async () => {
  const late = await killEach(FIRST_RUNS);
  await syncAll(FIRST_RUNS, [20]);
  late.goOn();
  await expectRows(FIRST_RUNS, 'id NOT IN (2, 4)');
  for (const table of tablesOf(FIRST_RUNS)) await mend(table, 2, 4);
  await syncAll(FIRST_RUNS, [0], '--requeue');
  await expectRows(FIRST_RUNS, 'TRUE');
});

test('I1, I3, I5: a requeue that is killed, in append: the next one finds its rows, and none is doubled', async () => {
  await syncAll(REQUEUES, [20]);
  for (const table of tablesOf(REQUEUES)) await mend(table, 2);
  const late = await killEach(REQUEUES, '--requeue');
  await syncAll(REQUEUES, [20], '--requeue');
  late.goOn();
  await expectRows(REQUEUES, 'id <> 4');
  for (const table of tablesOf(REQUEUES)) await mend(table, 4);
  await syncAll(REQUEUES, [0], '--requeue');
  await expectRows(REQUEUES, 'TRUE');
  await syncAll(REQUEUES, [0], '--requeue');
  await expectRows(REQUEUES, 'TRUE');
});

describe.concurrent('--requeue', () => {
  /** Loads, then changes 1 and 3 so that 3 cannot be represented any more, loads, and mends 2 and 3. */
  async function lived(table: string, settings: string): Promise<Room> {
    await createNotes(table);
    const room = await stack.room(table, { tables: { [table]: `{ ${CHANGES}, ${settings} }` } });
    expect(await sync(room, table, 20)).toMatchObject({ rows_loaded: 3, rows_quarantined: 2 });
    await stack.source.run(`UPDATE ${table} SET word = 'second', updated_at = NOW(6) WHERE id = 1`);
    await stack.source.run(`UPDATE ${table} SET word = 'second', body = ${LONG}, updated_at = NOW(6) WHERE id = 3`);
    expect(await sync(room, table, 20)).toMatchObject({ rows_loaded: 1, rows_quarantined: 1 });
    await mend(table, 2, 3);
    return room;
  }

  test('in append adds what was mended, each version once', async () => {
    const table = 'appended';
    const room = await lived(table, 'load_mode: append');
    expect(await sync(room, table, 20, '--requeue')).toMatchObject({ rows_requeued: 3, rows_loaded: 2, rows_quarantined: 1 });
    const older = ['1|word 1|fine', '3|word 3|fine'];
    const now = await sourceRows(table, 'id <> 4', 'id, word, body');
    expect(await targetRows(table, 'id, word, body')).toEqual([...now, ...older].sort());
    await mend(table, 4);
    expect(await sync(room, table, 0, '--requeue')).toMatchObject({ rows_requeued: 1, rows_loaded: 1 });
    expect(await sync(room, table, 0, '--requeue')).toMatchObject({ rows_requeued: 0 });
    expect(await targetRows(table, 'id, word, body')).toEqual([...(await sourceRows(table, 'TRUE', 'id, word, body')), ...older].sort());
  });

  test('in scd2 puts a mended version into the history of its key', async () => {
    const table = 'historic';
    const room = await lived(table, 'load_mode: scd2');
    expect(await sync(room, table, 20, '--requeue')).toMatchObject({ rows_requeued: 3, rows_quarantined: 1 });
    await mend(table, 4);
    expect(await sync(room, table, 0, '--requeue')).toMatchObject({ rows_requeued: 1 });
    expect(await sync(room, table, 0, '--requeue')).toMatchObject({ rows_requeued: 0 });
    expect(texts(await stack.target.rows(`SELECT ${COLUMNS} FROM reporting.${table} WHERE is_current`))).toEqual(await sourceRows(table));
    expect(await targetRows(table, "id, word, body, CASE WHEN is_current THEN 'current' ELSE 'past' END AS era, CASE WHEN valid_to IS NULL THEN 'open' ELSE 'ended' END AS closing")).toEqual([
      '1|second|fine|current|open', '1|word 1|fine|past|ended', '2|word 2|mended 2|current|open', '3|second|mended 3|current|open', '3|word 3|fine|past|ended', '4|word 4|mended 4|current|open', '5|word 5|fine|current|open',
    ]);
    expect(await stack.target.rows(`SELECT ended.id FROM reporting.${table} ended JOIN reporting.${table} began ON ended.id = began.id AND ended.valid_to = began.valid_from ORDER BY 1`)).toEqual([{ id: '1' }, { id: '3' }]);
    expect(await targetRows(table, 'id, valid_from')).toEqual(expect.arrayContaining(await sourceRows(table, 'TRUE', 'id, updated_at')));
  });

  test.each(['merge', 'append'])('of a custom_sql query in %s reads its rows by their key through the query', async (mode) => {
    const table = `asked_${mode}`;
    const room = await lived(table, `load_mode: ${mode}, cdc_strategy: custom_sql, merge_keys: [id], custom_query: "${QUERY.replace('NOTES', table)}"`);
    expect(await sync(room, table, 20, '--requeue')).toMatchObject({ rows_requeued: 3, rows_loaded: 2, rows_quarantined: 1 });
    await mend(table, 4);
    expect(await sync(room, table, 0, '--requeue')).toMatchObject({ rows_requeued: 1, rows_loaded: 1 });
    const older = mode === 'merge' ? [] : ['1|WORD 1|fine', '3|WORD 3|fine'];
    expect(await targetRows(table, 'id, word, body')).toEqual([...(await sourceRows(table, 'TRUE', 'id, UPPER(word), body')), ...older].sort());
  });
});
