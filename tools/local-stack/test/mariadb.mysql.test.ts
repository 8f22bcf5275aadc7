import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MariadbServer, openMysqlSession, startMariadb } from '../src/index.ts';
import { cacheFolder } from '../src/programs.ts';

let mariadb: MariadbServer;
beforeAll(async () => {
  mariadb = await startMariadb();
});
afterAll(async () => {
  await mariadb[Symbol.asyncDispose]();
});

test('its certificate is trusted for 127.0.0.1 and encrypts the session', async () => {
  await using session = await openMysqlSession({ ...mariadb, ...mariadb.admin }, { ssl: { ca: mariadb.tlsCaPem, rejectUnauthorized: true, verifyIdentity: true } });
  const [row] = await session.rows(`SHOW SESSION STATUS LIKE 'Ssl_version'`);
  expect(row?.Value).toMatch(/^TLSv1\.[23]$/);
});

test('another certificate is not trusted', async () => {
  const { makeTlsCertificate } = await import('../src/index.ts');
  const ssl = { ca: makeTlsCertificate().certPem, rejectUnauthorized: true };
  await expect(openMysqlSession({ ...mariadb, ...mariadb.admin }, { ssl })).rejects.toThrow();
});

test('the binary log holds whole rows', async () => {
  await using session = await mariadb.connect();
  expect(await session.rows('SELECT @@log_bin AS log, @@binlog_format AS format, @@binlog_row_image AS image')).toEqual([{ log: '1', format: 'ROW', image: 'FULL' }]);
});

test('the reader sees the binary log and may not write', async () => {
  await using session = await mariadb.connect({ as: mariadb.reader });
  expect(await session.rows('SHOW MASTER STATUS')).toHaveLength(1);
  await expect(session.run('CREATE DATABASE no')).rejects.toMatchObject({ code: 'ER_DBACCESS_DENIED_ERROR' });
});

test('disposing it closes its port and removes its folder', async () => {
  const other = await startMariadb({ serverArgs: ['--character-set-server=latin1'] });
  {
    await using session = await other.connect();
    expect(await session.rows('SELECT @@character_set_server AS name')).toEqual([{ name: 'latin1' }]);
  }
  await other[Symbol.asyncDispose]();
  expect(existsSync(dirname(other.socketPath))).toBe(false);
  const refused = new Promise((resolve) => connect(other.port, other.host).on('error', (error: NodeJS.ErrnoException) => resolve(error.code)));
  expect(await refused).toBe('ECONNREFUSED');
});

test('an option that the server does not know is an error that shows its output', async () => {
  await expect(startMariadb({ serverArgs: ['--no-such-option'] })).rejects.toMatchObject({ code: 'STACK_SERVER_FAILED', message: expect.stringContaining('no-such-option') });
});

test('processes that make the template at the same time do not disturb each other', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-test-'));
  // Where MariaDB was unpacked without root, it lies in the same cache.
  mkdirSync(join(cache, 'tidemark'));
  symlinkSync(join(cacheFolder(), 'debs'), join(cache, 'tidemark/debs'));
  const program = `
    import { startMariadb } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))};
    await using mariadb = await startMariadb();
    await using session = await mariadb.connect();
    console.log((await session.rows('SELECT 1 AS one'))[0].one);
  `;
  const start = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, XDG_CACHE_HOME: cache };
      execFile(process.execPath, ['--conditions=@tidemark/source', '--input-type=module', '-e', program], { env }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
    });
  try {
    expect(await Promise.all([start(), start(), start()])).toEqual(['1\n', '1\n', '1\n']);
    expect(readdirSync(join(cache, 'tidemark/templates'))).toHaveLength(1);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
});
