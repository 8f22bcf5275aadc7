import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CommandStack, type Room } from './command-stack.ts';
import { stopInLoad } from './stop-statement.ts';

vi.setConfig({ testTimeout: 300_000 });

const SETTINGS = 'cdc_timestamp_column: updated_at, cdc_id_column: id, lag: 10ms';
const TARGETS = ['reporting', 'elsewhere'] as const;

let stack: CommandStack;
let room: Room;
beforeAll(async () => {
  stack = await CommandStack.start();
  await stack.createTable('shared', 5);
  room = await stack.room('first', { tables: { shared: `{ ${SETTINGS} }` }, pipeline: { processing: '{ batch_size: 2 }' } });
  const connections = await readFile(join(room.config, 'connections.yml'), 'utf8');
  const [, dw] = /( {4}dw:\n(?: {6}.*\n)+)/.exec(connections)!;
  await room.write('connections.yml', connections.replace(dw!, () => `${dw}${dw!.replace('    dw:', '    dw_elsewhere:')}`));
  const pipeline = await readFile(join(room.config, 'pipelines', 'first_pipeline.yml'), 'utf8');
  await room.write('pipelines/second_pipeline.yml', pipeline.replace('target: dw', 'target: dw_elsewhere').replace('target_schema: reporting', 'target_schema: elsewhere'));
  const { username } = stack.servers.redshift.loader;
  await stack.target.run('CREATE SCHEMA elsewhere', `GRANT USAGE, CREATE ON SCHEMA elsewhere TO ${username}`);
}, 120_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

const sync = (pipeline: string, ...flags: string[]) => room.run('sync', 'pipeline', '-p', pipeline, '--json', ...flags);
const rowsOf = async (schema: string): Promise<readonly string[]> => (await stack.target.rows(`SELECT id, state FROM ${schema}.shared ORDER BY id`)).map((row) => Object.values(row).map((value) => value ?? 'NULL').join('|'));
const sourceRows = async (): Promise<readonly string[]> => (await stack.source.rows('SELECT id, state FROM shared ORDER BY id')).map((row) => Object.values(row).map((value) => value ?? 'NULL').join('|'));
const change = (): Promise<unknown> => stack.source.run("UPDATE shared SET state = CONCAT(COALESCE(state, ''), 'x'), updated_at = NOW(6) WHERE id IN (1, 4)").then(() => stack.source.run("INSERT INTO shared SELECT MAX(id) + 1, 'fresh', NOW(6) FROM shared"));

test('two pipelines read one table into two targets at the same time, and neither waits for the other', async () => {
  // The first one is in the middle of its load while the second one runs from its start to its end.
  const stop = stopInLoad(stack.servers.redshift.hooks, 'shared', { kind: 'copy', phase: 'during' });
  const first = sync('first_pipeline');
  await stop.reached;
  const second = await sync('second_pipeline');
  expect(second.code, `${second.stdout}${second.stderr}`).toBe(0);
  expect(await rowsOf('elsewhere')).toEqual(await sourceRows());
  stop.goOn();
  const { code, stdout, stderr } = await first;
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(await rowsOf('reporting')).toEqual(await sourceRows());
});

test('both at once, again and again; what one has staged or reset is nothing to the other', async () => {
  for (let round = 0; round < 2; round += 1) {
    await change();
    for (const { code, stdout, stderr } of await Promise.all([sync('first_pipeline'), sync('second_pipeline')])) expect(code, `${stdout}${stderr}`).toBe(0);
    for (const schema of TARGETS) expect(await rowsOf(schema)).toEqual(await sourceRows());
  }
  await change();
  expect((await sync('first_pipeline', '--backup-only')).code).toBe(0);
  const reset = await room.run('watermark', 'reset', '-p', 'second_pipeline', '-t', 'sales.shared', '--yes');
  expect(reset.code, reset.stderr).toBe(0);
  const staged = await sync('first_pipeline', '--redshift-only');
  expect(staged.code, staged.stdout).toBe(0);
  expect(await rowsOf('reporting')).toEqual(await sourceRows());
  expect(await rowsOf('elsewhere')).not.toEqual(await sourceRows());
  expect((await sync('second_pipeline')).code).toBe(0);
  expect(await rowsOf('elsewhere')).toEqual(await sourceRows());
});
