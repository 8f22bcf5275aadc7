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

test('a source that cannot be reached: the other connections are tried, the tables are not', async () => {
  const room = await stack.room('dark', { tables: { orders: BY_CHANGE }, variables: { DB_SHOP_RO_PASSWORD: 'wrong' } });
  const ended = await room.run('config', 'validate-pipeline', room.pipeline, '--live');
  expect(ended.code).toBe(12);
  expect(ended.stdout).toMatch(/^dw \(redshift\) +ok +\d+$/m);
  expect(ended.stdout).toContain('The tables were not looked at: source and bucket must be reached first.');
});
