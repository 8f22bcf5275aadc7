import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack, writeStackConfig } from '../src/index.ts';
import { shellExports } from '../src/shell-exports.ts';

let folder: string;
let stack: Stack;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stack-test-'));
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('the loader makes tables in the target and in the work schema, and no schema', async () => {
  await using session = await stack.redshift.connect(stack.redshift.loader);
  await session.run('CREATE TABLE reporting.t (id INTEGER)', 'CREATE TABLE tidemark_work.t (id INTEGER)', 'CREATE TEMP TABLE s (id INTEGER)');
  await expect(session.run('CREATE SCHEMA other')).rejects.toMatchObject({ code: '42501' });
});

test('the source database is empty and readable by the reader', async () => {
  await using session = await stack.mariadb.connect({ as: stack.mariadb.reader, database: 'sales' });
  expect(await session.rows('SHOW TABLES')).toEqual([]);
});

test('the configuration holds no secret; .env holds each of them and is closed to others', async () => {
  const config = await writeStackConfig(stack, folder);
  const connections = readFileSync(join(config, 'connections.yml'), 'utf8');
  const secrets = readFileSync(join(folder, '.env'), 'utf8');
  for (const [name, value] of Object.entries(stack.secrets())) {
    expect(connections).not.toContain(value);
    expect(connections).toContain(`\${${name}}`);
    expect(secrets).toContain(`${name}=${value}\n`);
  }
  expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
});

test('a shell reads the exported values back', () => {
  const environment = { PLAIN: 'a', HARD: `it's $HOME \`x\` "y" \\ \n z` };
  const { stdout } = spawnSync('/bin/sh', ['-c', `${shellExports(environment)}printf '%s|%s' "$PLAIN" "$HARD"`], { encoding: 'utf8' });
  expect(stdout).toBe(`${environment.PLAIN}|${environment.HARD}`);
});
