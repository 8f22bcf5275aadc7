import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Secret } from '@tidemark/domain';
import { mysqlForTests, redshiftForTests } from '@tidemark/testkit';
import { versions } from '../examples/versions.ts';

test('the example gives the versions of both servers', async () => {
  await using mysql = await mysqlForTests();
  await using redshift = await redshiftForTests();
  const pool = { minConnections: 1, maxConnections: 2, retryAttempts: 1 };
  const found = await versions(
    {
      sources: [{ name: 'SHOP_RO', host: mysql.host, port: mysql.port, database: mysql.database, username: mysql.reader.username, password: new Secret(mysql.reader.password), tls: { mode: 'required', caFile: null }, pool }],
      targets: [{ name: 'dw', host: redshift.host, port: redshift.port, database: redshift.database, username: redshift.loader.username, password: new Secret(redshift.loader.password), tls: { mode: 'required', caFile: null }, queryGroup: null, pool }],
    },
    'SHOP_RO',
    'dw',
  );
  expect(found).toEqual([mysql.version, expect.stringContaining('Redshift')]);
});

test('it is the one of the README', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(read('../examples/versions.ts'));
});
