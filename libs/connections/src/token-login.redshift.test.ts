import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { redshiftForTests } from '@tidemark/testkit';
import { startTokenServer } from '../test/token-server.ts';
import { rememberLogin, type Login } from './login.ts';
import { openMysqlConnection } from './mysql-connection.ts';
import { openRedshiftClient } from './redshift-client.ts';

const TOKEN = 'shop.rds.example.com:3306/?Action=connect&X-Amz-Signature=0123';
const nobody = { username: 'nobody', password: new Secret('not used') };

test('a token of RDS goes to a MySQL server that asks for it in the clear, over TLS', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'token-'));
  try {
    await using server = await startTokenServer(() => TOKEN);
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, server.caPem);
    const options = { name: 'SHOP_RO', host: '127.0.0.1', port: server.port, database: 'sales', ...nobody, tls: { mode: 'verify-full', caFile } } as const;
    const login = (password: string) => (): Promise<Login> => Promise.resolve({ username: 'reader', password: new Secret(password), expiresAt: null });
    (await openMysqlConnection({ ...options, login: login(TOKEN) })).destroy();
    await expect(openMysqlConnection({ ...options, login: login('old') })).rejects.toMatchObject({ code: 'SOURCE_LOGIN_REFUSED', message: expect.stringContaining('refused the login of reader') });
    // A password of the configuration is never sent like that: the server could be anybody's.
    await expect(openMysqlConnection(options)).rejects.toThrow();
    expect(server.seen).toEqual([TOKEN, 'old']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(['disabled', 'preferred'] as const)('no token is fetched for a connection that may go unencrypted: %s', async (mode) => {
  const login = (): Promise<Login> => Promise.reject(new Error('it was fetched'));
  const options = { name: 'dw', host: '127.0.0.1', port: 1, database: 'dev', ...nobody, tls: { mode, caFile: null }, queryGroup: null, login };
  await expect(openMysqlConnection(options)).rejects.toMatchObject({ code: 'CONNECTION_TOKEN_NEEDS_TLS', exit: 10 });
  await expect(openRedshiftClient(options)).rejects.toMatchObject({ code: 'CONNECTION_TOKEN_NEEDS_TLS', exit: 10 });
});

test('temporary credentials log in to Redshift; they are fetched for the first session, and anew when they run out', async () => {
  await using redshift = await redshiftForTests();
  let now = 0;
  let fetched = 0;
  const login = rememberLogin(
    () => {
      fetched += 1;
      return Promise.resolve({ username: redshift.loader.username, password: new Secret(redshift.loader.password), expiresAt: new Date(now + 900_000) });
    },
    { now: () => now },
  );
  const whoami = async (): Promise<unknown> => {
    const client = await openRedshiftClient({ name: 'dw', host: redshift.host, port: redshift.port, database: redshift.database, ...nobody, tls: { mode: 'required', caFile: null }, queryGroup: null, login });
    try {
      return (await client.query('SELECT current_user AS name')).rows[0].name;
    } finally {
      await client.end();
    }
  };
  expect(fetched).toBe(0);
  expect([await whoami(), await whoami(), fetched]).toEqual([redshift.loader.username, redshift.loader.username, 1]);
  now = 850_000;
  expect([await whoami(), fetched]).toEqual([redshift.loader.username, 2]);
});
