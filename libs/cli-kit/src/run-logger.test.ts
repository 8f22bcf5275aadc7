import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, silentLogger } from '@tidemark/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LOG_LEVELS, runLogger, type LogLevel } from './run-logger.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-log-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function logged(level: LogLevel, fields: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>[]> {
  const file = join(folder, 'run.log');
  const logger = runLogger(level, file);
  for (const method of ['debug', 'info', 'warn', 'error'] as const) logger[method](fields, `one ${method} line`);
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

test.each(LOG_LEVELS.map((level) => [level, { silent: 0, error: 1, warn: 2, info: 3, debug: 4 }[level]] as const))('at %s %d of four lines are written', async (level, count) => {
  expect(await logged(level, {})).toHaveLength(count);
});

test('a silent logger is the one that does nothing, and makes no file', () => {
  expect(runLogger('silent', join(folder, 'none.log'))).toBe(silentLogger);
});

test('a line has its time in UTC, its fields and its message, and nothing of the machine', async () => {
  const [line] = await logged('error', { table: 'SHOP_RO:sales.orders', rowCount: 3 });
  expect(line).toEqual({ level: 50, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/), table: 'SHOP_RO:sales.orders', rowCount: 3, msg: 'one error line' });
});

test('lines are added to a file, and its folders are made', async () => {
  const file = join(folder, 'new', 'folder', 'run.log');
  runLogger('info', file).info({}, 'first run');
  runLogger('info', file).info({}, 'second run');
  expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
});

describe('secrets', () => {
  test('a Secret is never written', async () => {
    const [line] = await logged('error', { login: { deep: { er: { password: new Secret('hunter2') } } }, list: [new Secret('hunter2')] });
    expect(JSON.stringify(line)).not.toContain('hunter2');
    expect(line).toMatchObject({ login: { deep: { er: { password: '[secret]' } } }, list: ['[secret]'] });
  });

  test.each(['password', 'passphrase', 'token', 'authorization', 'secretAccessKey', 'sessionToken', 'accessKeyId', 'privateKey', 'secret_access_key', 'session_token', 'access_key_id', 'private_key'])(
    'plain text under the name %s is not written, down to three levels',
    async (name) => {
      const [line] = await logged('error', { [name]: 'hunter2', one: { [name]: 'hunter2', two: { [name]: 'hunter2' } }, user: 'reader' });
      expect(JSON.stringify(line)).not.toContain('hunter2');
      expect(line).toMatchObject({ [name]: '[secret]', user: 'reader' });
    },
  );

  test('the caller’s object is left as it was', async () => {
    const fields = { login: { password: 'hunter2' } };
    await logged('debug', fields);
    expect(fields).toEqual({ login: { password: 'hunter2' } });
  });
});
