import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { redshiftForTests, type RedshiftForTests } from '@tidemark/testkit';
import { openRedshiftClient } from './redshift-client.ts';

let redshift: RedshiftForTests;
beforeAll(async () => {
  redshift = await redshiftForTests({ isolation: 'snapshot' });
});
afterAll(async () => {
  await redshift[Symbol.asyncDispose]();
});

async function settingsOf(queryGroup: string | null): Promise<Readonly<Record<string, unknown>>> {
  const client = await openRedshiftClient({ name: 'dw', host: redshift.host, port: redshift.port, database: redshift.database, username: redshift.loader.username, password: new Secret(redshift.loader.password), tls: { mode: 'required', caFile: null }, queryGroup });
  try {
    const found: Record<string, unknown> = {};
    for (const name of ['timezone', 'datestyle', 'search_path', 'statement_timeout', 'query_group']) Object.assign(found, (await client.query(`SHOW ${name}`)).rows[0] as object);
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name.toLowerCase(), value]));
  } finally {
    await client.end();
  }
}

test('a session is set by statements after its login', async () => {
  const sent = redshift.emulator!.statements().length;
  expect(await settingsOf("it's \\ nightly")).toEqual({ timezone: 'UTC', datestyle: 'ISO, MDY', search_path: expect.stringMatching(/^"?\$user"?, public$/) as string, statement_timeout: expect.stringMatching(/^(21600000|6h)$/) as string, query_group: "it's \\ nightly" });
  const statements = redshift.emulator!.statements().slice(sent).map(({ sql }) => sql);
  expect(statements.filter((sql) => sql.startsWith('SET'))).toEqual(["SET timezone TO 'UTC'", "SET datestyle TO 'ISO, MDY'", "SET search_path TO '$user', public", 'SET statement_timeout TO 21600000', "SET query_group TO 'it''s \\\\ nightly'"]);
});

test('without a query group none is set', async () => {
  expect(await settingsOf(null)).toMatchObject({ query_group: 'default' });
});
