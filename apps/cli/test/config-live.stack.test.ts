import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BY_CHANGE, CommandStack } from './command-stack.ts';
import { documentOf, expectNoSecret } from './told-failure.ts';

vi.setConfig({ testTimeout: 300_000 });

let stack: CommandStack;
beforeAll(async () => {
  stack = await CommandStack.start();
  await stack.createTable('orders');
});
afterAll(async () => await stack[Symbol.asyncDispose]());

test('validate-pipeline --live asks source, target and bucket, and looks at each table', async () => {
  const room = await stack.room('live', { tables: { orders: BY_CHANGE } });
  const ended = await room.run('config', 'validate-pipeline', room.pipeline, '--live');
  expectNoSecret(ended, room.secrets);
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(ended.stdout).toMatch(/^SHOP_RO \(mysql\) +ok +\d+$/m);
  expect(ended.stdout).toMatch(/^dw \(redshift\) +ok +\d+$/m);
  expect(ended.stdout).toMatch(/^s3_local \(s3\) +ok +\d+$/m);
  expect(ended.stdout).toMatch(/^SHOP_RO:sales.orders +ok +\d+$/m);
});

test('what the source lacks is told for each table, with the exit code of the first', async () => {
  const room = await stack.room('lacking', { tables: { orders: '{ cdc_timestamp_column: changed_at, cdc_id_column: id }', nowhere: BY_CHANGE } });
  const ended = await room.run('config', 'validate-pipeline', room.pipeline, '--live', '--json');
  expectNoSecret(ended, room.secrets);
  const { live } = documentOf(ended)['result'] as { live: { tables: readonly { table: string; error: { message: string; exit: number } | null }[]; exitCode: number } };
  expect(live.tables.map(({ table, error }) => [table, error === null])).toEqual([['SHOP_RO:sales.orders', false], ['SHOP_RO:sales.nowhere', false]]);
  expect(live.tables[0]?.error?.message).toContain('changed_at');
  expect([ended.code, live.exitCode]).toEqual([live.tables[0]?.error?.exit, live.tables[0]?.error?.exit]);
});

test('connections test -p looks at the tables of a pipeline, too', async () => {
  const room = await stack.room('rights', { tables: { orders: BY_CHANGE, nowhere: BY_CHANGE } });
  const ended = await room.run('connections', 'test', '-p', room.pipeline);
  expectNoSecret(ended, room.secrets);
  expect(ended.stdout).toMatch(/^SHOP_RO \(mysql\)$/m);
  expect(ended.stdout).toMatch(/^SHOP_RO:sales.orders +ok +\d+$/m);
  expect(ended.stdout).toMatch(/^SHOP_RO:sales.nowhere +[A-Z_]+ +\d+$/m);
  expect(ended.code).toBeGreaterThan(0);
  expect((await room.run('connections', 'test', 'SHOP_RO', '-p', room.pipeline)).code).toBe(2);
});

test('a source that cannot be reached: the other connections are tried, the tables are not', async () => {
  const room = await stack.room('dark', { tables: { orders: BY_CHANGE }, variables: { DB_SHOP_RO_PASSWORD: 'wrong' } });
  const ended = await room.run('config', 'validate-pipeline', room.pipeline, '--live');
  expect(ended.code).toBe(12);
  expect(ended.stdout).toMatch(/^dw \(redshift\) +ok +\d+$/m);
  expect(ended.stdout).toContain('The tables were not looked at: source and bucket must be reached first.');
});

test('a query of the replaced tool runs as config import writes it, and runs on from where it stood', async () => {
  await stack.createTable('moved', 40);
  const room = await stack.room('moved', { tables: { moved: BY_CHANGE } });
  await mkdir(join(room.folder, 'old', 'pipelines'), { recursive: true });
  await writeFile(join(room.folder, 'old', 'connections.yml'), `connections:
  sources: { SHOP_RO: { host: mysql.example.com, database: sales, username: reader, password: "\${DB_SHOP_RO_PASSWORD}" } }
  targets: { dw: { host: warehouse.example.com, database: analytics, username: loader, password: "\${REDSHIFT_LOADER_PASSWORD}" } }
s3_configs: { s3_local: { bucket_name: example-staging, region: eu-central-1 } }
`);
  await writeFile(join(room.folder, 'old', 'pipelines', `${room.pipeline}.yml`), `pipeline: { source: SHOP_RO, target: dw }
tables:
  sales.moved:
    cdc_strategy: custom_sql
    cdc_timestamp_column: updated_at
    cdc_id_column: id
    custom_query: "SELECT id, state, updated_at FROM {table_name} WHERE updated_at > '{last_timestamp}' OR (updated_at = '{last_timestamp}' AND id > {last_id}) ORDER BY updated_at, id LIMIT {limit};"
`);
  const imported = await room.run('config', 'import', 'old', '--to', 'new');
  expect(imported.code, imported.stdout + imported.stderr).toBe(0);
  await room.write(`pipelines/${room.pipeline}.yml`, await readFile(join(room.folder, 'new', 'pipelines', `${room.pipeline}.yml`), 'utf8'));

  const ids = async (): Promise<string[]> => (await stack.target.rows('SELECT id FROM reporting.moved ORDER BY id')).map(({ id }) => String(id));
  for (const rows of [40, 45]) {
    if (rows > 40) await stack.source.run(`INSERT INTO moved SELECT seq, 'late', NOW(6) - INTERVAL 20 SECOND FROM seq_41_to_${rows}`);
    const ended = await room.sync('--json');
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(await ids()).toEqual(Array.from({ length: rows }, (_, index) => String(index + 1)));
  }
});
