import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedshiftForTests, redshiftForTests } from './redshift-for-tests.ts';

let redshift: RedshiftForTests;
beforeAll(async () => {
  redshift = await redshiftForTests();
});
afterAll(async () => {
  await redshift[Symbol.asyncDispose]();
});

test('the server says that it is Redshift', async () => {
  const [row] = await redshift.rows('SELECT version() AS version');
  expect(row?.version).toMatch(/Redshift/);
});

test('the loader makes tables in both schemas and in no new one', async () => {
  await using loader = await redshift.connect();
  await loader.run(`CREATE TABLE ${redshift.schema}.t (id BIGINT)`, `CREATE TABLE ${redshift.workSchema}.t (id BIGINT)`, `INSERT INTO ${redshift.schema}.t VALUES (9223372036854775807)`);
  expect(await loader.rows(`SELECT id FROM ${redshift.schema}.t`)).toEqual([{ id: '9223372036854775807' }]);
  await expect(loader.run(`CREATE SCHEMA ${redshift.schema}_other`)).rejects.toMatchObject({ code: '42501' });
});

test('the stranger sees nothing', async () => {
  await redshift.run(`CREATE TABLE ${redshift.schema}.secret (id BIGINT)`);
  await using stranger = await redshift.connect(redshift.stranger);
  await expect(stranger.rows(`SELECT id FROM ${redshift.schema}.secret`)).rejects.toMatchObject({ code: '42501' });
});

test('a second handle has schemas of its own on the same server', async () => {
  await using other = await redshiftForTests();
  expect(other.schema).not.toBe(redshift.schema);
  expect(other.port).toBe(redshift.port);
});

test('snapshot isolation is another server', async () => {
  await using other = await redshiftForTests({ isolation: 'snapshot' });
  expect(other.port).not.toBe(redshift.port);
});
