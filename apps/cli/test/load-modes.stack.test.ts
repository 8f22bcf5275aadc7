import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CommandStack, type Room } from './command-stack.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const CHANGES = 'cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms, lookback: 0, late_commits: accept';

async function roomFor(table: string, settings: string): Promise<Room> {
  await stack.createTable(table);
  return await stack.room(table, { tables: { [table]: `{ ${settings} }` }, pipeline: { processing: '{ batch_size: 2 }' } });
}

/** Runs `sync pipeline` and gives what it says of the one table. */
async function sync(room: Room, code: number, ...flags: string[]): Promise<Readonly<Record<string, unknown>>> {
  const ended = await room.sync(...flags, '--json');
  expectNoSecret(ended, room.secrets);
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(code);
  return Object.values((documentOf(ended) as { table_results: Record<string, Record<string, unknown>> }).table_results)[0]!;
}

const rowsOf = async (table: string, columns = 'id, state'): Promise<readonly string[]> => (await stack.target.rows(`SELECT ${columns} FROM reporting.${table}`)).map((row) => Object.values(row).map((value) => value ?? 'NULL').join('|')).toSorted();
const sourceRows = async (table: string): Promise<readonly string[]> => (await stack.source.rows(`SELECT id, state FROM ${table}`)).map((row) => Object.values(row).map((value) => value ?? 'NULL').join('|')).toSorted();
const oidOf = async (table: string): Promise<unknown> => (await stack.target.rows("SELECT c.oid AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'reporting' AND c.relname = $1", [table]))[0]!['oid'];
/** Changes one row, adds one, and removes one. */
async function change(table: string, { removes = false } = {}): Promise<void> {
  await stack.source.run(`UPDATE ${table} SET state = 'sent', updated_at = NOW(6) WHERE id = 1`);
  await stack.source.run(`INSERT INTO ${table} SELECT MAX(id) + 1, 'fresh', NOW(6) FROM ${table}`);
  if (removes) await stack.source.run(`DELETE FROM ${table} WHERE id = 2`);
}

test('append adds every version that was read, each once', async () => {
  const room = await roomFor('added', `${CHANGES}, load_mode: append`);
  await sync(room, 0);
  expect(await rowsOf('added')).toEqual(['1|paid', '2|NULL', '3|new']);
  await change('added');
  expect(await sync(room, 0)).toMatchObject({ rows_loaded: 2 });
  expect(await sync(room, 0)).toMatchObject({ status: 'up_to_date' });
  expect(await rowsOf('added')).toEqual(['1|paid', '1|sent', '2|NULL', '3|new', '4|fresh']);
});

test.each([['delete_insert', true], ['rename', false]] as const)('replace by %s: the target is what the source is, with rows that are gone', async (swap, keepsTable) => {
  const table = `swapped_${swap}`;
  const room = await roomFor(table, `cdc_strategy: full_sync, load_mode: replace, swap: ${swap}`);
  await sync(room, 0);
  expect(await rowsOf(table)).toEqual(await sourceRows(table));
  const oid = await oidOf(table);
  await change(table, { removes: true });
  // A part of a set never takes the place of the table.
  await sync(room, 0, '--limit', '1');
  expect(await rowsOf(table)).toEqual(['1|paid', '2|NULL', '3|new']);
  await sync(room, 0, '--backup-only');
  await sync(room, 0, '--redshift-only');
  expect(await rowsOf(table)).toEqual(['1|sent', '3|new', '4|fresh']);
  expect((await oidOf(table)) === oid).toBe(keepsTable);
  expect(await stack.target.rows(`SELECT relname FROM pg_class WHERE relname LIKE '${table}%new%'`)).toEqual([]);
});

test('scd2 keeps every version with its time, one of them current', async () => {
  const room = await roomFor('kept', `${CHANGES}, load_mode: scd2`);
  await sync(room, 0);
  await change('kept');
  await sync(room, 0);
  const versions = "id, state, CASE WHEN is_current THEN 'current' ELSE 'past' END AS era, CASE WHEN valid_to IS NULL THEN 'open' ELSE 'ended' END AS closing";
  const expected = ['1|paid|past|ended', '1|sent|current|open', '2|NULL|current|open', '3|new|current|open', '4|fresh|current|open'];
  expect(await rowsOf('kept', versions)).toEqual(expected);
  expect(await stack.target.rows('SELECT 1 FROM reporting.kept ended JOIN reporting.kept began ON ended.id = began.id AND ended.valid_to = began.valid_from')).toHaveLength(1);
  await sync(room, 0);
  expect(await rowsOf('kept', versions)).toEqual(expected);
});

test('a target whose keys repeat stops a merge, until --dedupe-target keeps the newest row of each', async () => {
  const room = await roomFor('doubled', CHANGES);
  await sync(room, 0);
  await stack.target.run("INSERT INTO reporting.doubled SELECT id, 'older', updated_at - INTERVAL '1 day' FROM reporting.doubled WHERE id = 3");
  await stack.source.run("DELETE FROM doubled WHERE id = 3");
  const reset = await room.run('watermark', 'reset', '-p', room.pipeline, '-t', 'sales.doubled', '--yes');
  expect(reset.code, reset.stderr).toBe(0);
  const stopped = await sync(room, 21);
  expect(stopped).toMatchObject({ error_code: 'TARGET_KEYS_REPEAT' });
  expect(JSON.stringify(stopped)).toContain('--dedupe-target');
  expect(await rowsOf('doubled')).toEqual(['1|paid', '2|NULL', '3|new', '3|older']);
  await sync(room, 0, '--dedupe-target');
  expect(await rowsOf('doubled')).toEqual(['1|paid', '2|NULL', '3|new']);
});

test('a mode that is switched in the middle of a set leaves no shadow table', async () => {
  const room = await roomFor('turned', `cdc_strategy: full_sync, load_mode: replace`);
  await sync(room, 0);
  await change('turned');
  await sync(room, 0, '--limit', '2');
  const shadows = (): Promise<readonly unknown[]> => stack.target.rows("SELECT relname FROM pg_class WHERE relname LIKE 'turned%new%'");
  expect(await shadows()).toHaveLength(1);
  await room.replace(`pipelines/${room.pipeline}.yml`, 'cdc_strategy: full_sync, load_mode: replace', CHANGES);
  const reset = await room.run('watermark', 'reset', '-p', room.pipeline, '-t', 'sales.turned', '--yes');
  expect(reset.code, reset.stderr).toBe(0);
  await sync(room, 0);
  expect(await rowsOf('turned')).toEqual(await sourceRows('turned'));
  expect(await shadows()).toEqual([]);
});
