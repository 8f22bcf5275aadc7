import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CommandStack, type Room } from './command-stack.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const SETTINGS = 'cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms, lookback: 0, late_commits: accept';

interface Outcome {
  readonly code: number | null;
  readonly document: Record<string, unknown>;
}

async function run(room: Room, ...args: string[]): Promise<Outcome> {
  const ended = await room.run(...args, '--json');
  expectNoSecret(ended, room.secrets);
  return { code: ended.code, document: documentOf(ended) };
}

const sync = (room: Room, ...flags: string[]): Promise<Outcome> => run(room, 'sync', 'pipeline', '-p', room.pipeline, ...flags);

/** A table that has one row more than before, newer than all. */
async function grow(table: string, columns = 'id, updated_at', values = 'NOW(6)'): Promise<void> {
  await stack.source.run(`INSERT INTO ${table} (${columns}) SELECT MAX(id) + 1, ${values} FROM ${table}`);
}

const rowsOf = async (table: string, columns: string): Promise<readonly string[]> => (await stack.target.rows(`SELECT ${columns} FROM reporting.${table} ORDER BY id`)).map((row) => Object.values(row).map((value) => value ?? 'NULL').join('|'));

test('columns that are added, widened and dropped are followed; a type that needs the table built anew waits for --allow-rebuild', async () => {
  await stack.createTable('followed');
  const room = await stack.room('followed', { tables: { followed: `{ ${SETTINGS} }` } });
  expect(await sync(room)).toMatchObject({ code: 0 });
  await stack.source.run("ALTER TABLE followed ADD COLUMN kind VARCHAR(10) DEFAULT 'old', MODIFY state VARCHAR(60), ADD COLUMN n INT");
  await grow('followed', 'id, updated_at, kind, n', "NOW(6), 'new', 1");
  expect(await sync(room)).toMatchObject({ code: 0 });
  expect(await rowsOf('followed', 'id, kind, n')).toEqual(['1|old|NULL', '2|old|NULL', '3|old|NULL', '4|new|1']);

  await stack.source.run('ALTER TABLE followed MODIFY n BIGINT, DROP COLUMN kind');
  await grow('followed', 'id, updated_at, n', 'NOW(6), 9007199254740993');
  expect(await sync(room)).toMatchObject({ code: 15, document: { table_results: { 'sales.followed': { error_code: 'TARGET_REBUILD', error_message: expect.stringContaining('n from integer to BIGINT') as string } } } });
  expect(await sync(room, '--redshift-only', '--allow-rebuild'), 'what was staged loads without the source').toMatchObject({ code: 0, document: { table_results: { 'sales.followed': { rows_loaded: 1 } } } });
  expect(await rowsOf('followed', 'id, kind, n')).toEqual(['1|old|NULL', '2|old|NULL', '3|old|NULL', '4|new|1', '5|NULL|9007199254740993']);
  expect(await sync(room)).toMatchObject({ code: 0, document: { table_results: { 'sales.followed': { status: 'up_to_date' } } } });
});

test('a column that was filled stops the run, unless it may read the table anew; freeze and discard keep to what is known', async () => {
  await stack.createTable('filled');
  const room = await stack.room('filled', { tables: { filled: `{ ${SETTINGS}, schema_contract: freeze }` } });
  expect(await sync(room)).toMatchObject({ code: 0 });
  await stack.source.run('ALTER TABLE filled ADD COLUMN total INT');
  await stack.source.run('UPDATE filled SET total = id * 10');
  await grow('filled', 'id, updated_at, total', 'NOW(6), 40');
  const failed = (code: string): object => ({ code: 21, document: { table_results: { 'sales.filled': { error_code: code, error_message: expect.stringContaining('column total (int(11)) was added') as string } } } });
  expect(await sync(room)).toMatchObject(failed('SCHEMA_FROZEN'));

  await room.replace(`pipelines/${room.pipeline}.yml`, 'schema_contract: freeze', 'schema_contract: discard');
  expect(await sync(room)).toMatchObject({ code: 0, document: { table_results: { 'sales.filled': { rows_loaded: 1 } } } });
  expect(await rowsOf('filled', '*').then((rows) => rows.map((row) => row.split('|').length))).toEqual([3, 3, 3, 3]);

  await room.replace(`pipelines/${room.pipeline}.yml`, 'schema_contract: discard', 'schema_contract: evolve');
  expect(await sync(room)).toMatchObject(failed('SCHEMA_ALTERS_ROWS'));
  await room.replace(`pipelines/${room.pipeline}.yml`, 'schema_contract: evolve', 'evolve_backfill: auto');
  expect(await sync(room)).toMatchObject({ code: 0 });
  expect(await rowsOf('filled', 'id, total')).toEqual(['1|10', '2|20', '3|30', '4|40']);
});

test('a history whose table is read anew corrects the newest versions and keeps the ended ones; append refuses to read anew', async () => {
  await stack.createTable('chained');
  const room = await stack.room('chained', { tables: { chained: `{ ${SETTINGS}, load_mode: scd2, evolve_backfill: auto }` } });
  expect(await sync(room)).toMatchObject({ code: 0 });
  await stack.source.run("UPDATE chained SET state = 'changed', updated_at = NOW(6) WHERE id = 1");
  expect(await sync(room)).toMatchObject({ code: 0 });
  await stack.source.run('ALTER TABLE chained ADD COLUMN total INT');
  await stack.source.run('UPDATE chained SET total = id * 10');
  const plan = await run(room, 'sync', 'plan', '-p', room.pipeline);
  expect(JSON.stringify(plan.document)).toContain('versions that had ended keep what they were loaded with');
  expect(await sync(room)).toMatchObject({ code: 0 });
  expect(await rowsOf('chained', 'id, total, is_current')).toEqual(expect.arrayContaining(['1|NULL|f', '1|10|t', '2|20|t', '3|30|t']));
  expect(await rowsOf('chained', 'id')).toEqual(['1', '1', '2', '3']);
  expect(await sync(room)).toMatchObject({ code: 0, document: { table_results: { 'sales.chained': { status: 'up_to_date' } } } });

  // A wider type needs the table built anew, surrogate keys and all.
  const keys = await rowsOf('chained', 'id, valid_from, sk');
  await stack.source.run('ALTER TABLE chained MODIFY total BIGINT');
  await grow('chained', 'id, updated_at, total', 'NOW(6), 9007199254740993');
  expect(await sync(room, '--allow-rebuild')).toMatchObject({ code: 0 });
  const after = await rowsOf('chained', 'id, valid_from, sk');
  expect(after).toEqual(expect.arrayContaining([...keys]));
  expect(new Set(after.map((row) => row.split('|')[2])).size).toBe(keys.length + 1);

  await room.replace(`pipelines/${room.pipeline}.yml`, 'load_mode: scd2', 'load_mode: append');
  expect((await room.run('config', 'validate-pipeline', '-p', room.pipeline)).stderr).toContain('evolve_backfill: auto reads the table anew, and append would add every row once more');
});

test('column-mappings list, show and clear; a column that is named anew is renamed in the target', async () => {
  await stack.createTable('named');
  await stack.source.run('ALTER TABLE named ADD COLUMN `190_Time` INT');
  await stack.source.run('UPDATE named SET `190_Time` = id');
  const room = await stack.room('named', { tables: { named: `{ ${SETTINGS} }` } });
  expect(await sync(room)).toMatchObject({ code: 0 });
  const list = ['column-mappings', 'list', '-p', room.pipeline];
  expect(await run(room, ...list)).toMatchObject({ code: 0, document: { result: { tables: [{ table: 'SHOP_RO:sales.named', total_columns: 4, mappings: { '190_Time': 'col_190_time' } }] } } });
  expect((await room.run('column-mappings', 'show', '-p', room.pipeline, '-t', 'sales.named')).stdout).toMatch(/190_Time +col_190_time +int\(11\) +renamed/);
  expect(await room.run('column-mappings', 'clear', '-p', room.pipeline)).toMatchObject({ code: 2 });

  await room.replace(`pipelines/${room.pipeline}.yml`, 'lookback: 0', 'lookback: 0, columns: { rename: { 190_Time: minutes } }');
  await grow('named', 'id, updated_at, `190_Time`', 'NOW(6), 4');
  expect(await run(room, 'column-mappings', 'clear', '-p', room.pipeline, '-t', 'sales.named', '--yes')).toMatchObject({ code: 0, document: { result: { tables: [{ cleared: { '190_Time': 'col_190_time' } }] } } });
  expect(await run(room, ...list)).toMatchObject({ code: 0 });
  expect(await sync(room)).toMatchObject({ code: 0, document: { table_results: { 'sales.named': { rows_loaded: 1 } } } });
  expect(await rowsOf('named', 'id, minutes')).toEqual(['1|1', '2|2', '3|3', '4|4']);
  expect((await room.run('column-mappings', 'clear-all', '-p', room.pipeline, '--yes')).stderr).toContain('column-mappings clear-all is column-mappings clear --all now.');
});

test('a table that another pipeline loads is taken over with --adopt-table, and the former owner is refused', async () => {
  await stack.createTable('owned');
  const [first, second] = [await stack.room('first', { tables: { owned: `{ ${SETTINGS} }` } }), await stack.room('second', { tables: { owned: `{ ${SETTINGS} }` } })];
  expect(await sync(first)).toMatchObject({ code: 0 });
  expect(await sync(second)).toMatchObject({ code: 21, document: { table_results: { 'sales.owned': { error_code: 'LEDGER_OWNED' } } } });
  await grow('owned');
  expect(await sync(second, '--adopt-table')).toMatchObject({ code: 0, document: { table_results: { 'sales.owned': { rows_loaded: 4 } } } });
  expect(await rowsOf('owned', 'id')).toEqual(['1', '2', '3', '4']);
  expect(await sync(second, '--adopt-table')).toMatchObject({ code: 0, document: { table_results: { 'sales.owned': { status: 'up_to_date' } } } });
  expect(await sync(first)).toMatchObject({ code: 21, document: { table_results: { 'sales.owned': { error_code: 'LEDGER_OWNED' } } } });
});

test('keys of redshift_keys.json: what can be had is applied, what cannot is said by the plan', async () => {
  await stack.createTable('keyed');
  const room = await stack.room('keyed', { tables: { keyed: `{ ${SETTINGS} }` } });
  await room.write('redshift_keys.json', '{ "sales.keyed": { "distkey": "stat", "sortkey": ["updated_at", "id"] }, "sales.keyd": {} }');
  const plan = await run(room, 'sync', 'plan', '-p', room.pipeline);
  const unmatched = 'no pipeline lists the table \\"sales.keyd\\", by its name at the source or in Redshift, so its keys are not applied; the nearest is \\"sales.keyed\\"';
  expect(JSON.stringify(plan.document)).toContain(unmatched);
  expect(JSON.stringify((await run(room, 'config', 'validate-pipeline', '-p', room.pipeline)).document)).toContain(unmatched);
  expect(JSON.stringify(plan.document)).toContain('distkey \\"stat\\": there is no such column');
  expect(JSON.stringify(plan.document)).toContain('COMPOUND SORTKEY (\\"updated_at\\", \\"id\\")');
  expect(await sync(room)).toMatchObject({ code: 0 });
  expect((await stack.target.rows("SELECT column_name, sortkey FROM svv_redshift_columns WHERE schema_name = 'reporting' AND table_name = 'keyed' AND sortkey <> 0 ORDER BY sortkey")).map((row) => row['column_name'])).toEqual(['updated_at', 'id']);
});
