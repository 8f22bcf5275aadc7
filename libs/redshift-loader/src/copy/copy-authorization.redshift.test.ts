import { inspect } from 'node:util';
import { Secret, type Logger } from '@tidemark/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadWorld, type LoadWorld } from '../../test/load-world.ts';
import { idColumn, noteColumn, updatedColumn } from '../../test/staged-columns.ts';
import type { LoadRequest } from '../index.ts';
import { copySql } from '../sql/copy-sql.ts';
import type { CopyAuthorization, CopyAuthorizationSource } from './copy-authorization.ts';

const columns = [idColumn, noteColumn, updatedColumn];
/** As long and as odd as real ones get; a quote and a backslash are written differently in SQL. */
const SECRET = "wJalrXUtnFEMI/K7MDENG+b'PxRfi\\CYEXAMPLEKEY";
const TOKEN = "FwoGZXIvYXdzE'BYaDG\\token/with=signs==";

let world: LoadWorld;
beforeAll(async () => {
  world = await loadWorld();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** A logger that keeps every line. */
function listening(): { readonly logger: Logger; readonly lines: () => string } {
  const lines: unknown[] = [];
  const keep = (fields: Readonly<Record<string, unknown>>, message: string): void => void lines.push([fields, message]);
  return { logger: { debug: keep, info: keep, warn: keep, error: keep }, lines: () => inspect(lines, { depth: null, showHidden: true }) };
}

async function staged(name: string): Promise<{ readonly request: LoadRequest; readonly rows: () => Promise<readonly string[]> }> {
  const table = world.table(name, columns);
  const loader = world.loader();
  await loader.fence({ task: table.task, target: table.target, epoch: 1, generation: 1, runId: 'run1', sourceId: null });
  await loader.prepare({ target: table.target, columns, keys: ['id'] });
  return { request: await table.request([await table.stage([[1n, 'a', '2026-01-31 12:00:00.000000']])], 1), rows: () => table.rows() };
}

/** The COPY of a load, as the server got it, and without keys. */
const copyOf = ({ copyManifestUrl }: LoadRequest): string => world.redshift.emulator!.statements().find(({ sql }) => sql.startsWith('COPY') && sql.includes(copyManifestUrl))!.sql;

test.each([
  ['a role', (role: string) => ({ iamRole: role }), (role: string) => `IAM_ROLE '${role}'`],
  ['the default role', () => ({ iamRole: 'default' }), () => 'IAM_ROLE default'],
  ['a chain of roles', (role: string) => ({ iamRole: `${role},${role}` }), (role: string) => `IAM_ROLE '${role},${role}'`],
  ['a role that is asked for before each COPY', (role: string) => () => Promise.resolve({ iamRole: role }), (role: string) => `IAM_ROLE '${role}'`],
] as const)('%s reads the files', async (name, authorization: (role: string) => CopyAuthorizationSource, text) => {
  const role = world.redshift.iamRole!;
  const { request, rows } = await staged(`by_${name.toLowerCase().replaceAll(' ', '_')}`);
  await world.loader({ copyAuthorization: authorization(role) }).load(request);
  expect(copyOf(request)).toContain(` ${text(role)} FORMAT AS PARQUET MANIFEST`);
  expect(copyOf(request)).not.toMatch(/ACCESS_KEY|SESSION_TOKEN/);
  expect(await rows()).toEqual(['1|a|2026-01-31 12:00:00']);
});

test('keys read the files where there is no role', async () => {
  const { request, rows } = await staged('by_keys');
  await world.loader().load(request);
  expect(copyOf(request)).toMatch(/ACCESS_KEY_ID '\*\*\*' SECRET_ACCESS_KEY '\*\*\*' FORMAT/);
  expect(await rows()).toEqual(['1|a|2026-01-31 12:00:00']);
});

test('a role that the cluster may not assume is named', async () => {
  const { request } = await staged('by_unknown');
  const iamRole = 'arn:aws:iam::123456789012:role/unknown';
  await expect(world.loader({ copyAuthorization: { iamRole } }).load(request)).rejects.toMatchObject({ code: 'LOADER_COPY_FAILED', message: expect.stringMatching(/Access Denied.*role\/unknown cannot be assumed/) as string });
});

const KEYS: CopyAuthorization = { accessKeyId: 'EXAMPLEKEYID7', secretAccessKey: new Secret(SECRET), sessionToken: new Secret(TOKEN) };
/** Parts long enough that nobody would write them by chance. */
const LEAKS = [SECRET, TOKEN, SECRET.replaceAll("'", "''"), SECRET.slice(0, 12), SECRET.slice(-12), TOKEN.slice(0, 12), TOKEN.slice(-12)];

test.each([
  ['S3 refuses them', 'LOADER_COPY_FAILED', null],
  ['the server repeats the statement', 'LOADER_COPY_FAILED', (sql: string) => ({ code: '42601', message: `syntax error at or near "FORMAT" in ${sql}` })],
  ['the server repeats a part of it', 'LOADER_COPY_FAILED', (sql: string) => ({ code: 'XX000', message: 'Spectrum Scan Error', detail: `context: ${sql.slice(0, sql.indexOf('SESSION_TOKEN') + 30)}` })],
  ['the server names the values alone', 'LOADER_COPY_FAILED', () => ({ code: 'XX000', message: `The token ${TOKEN} of ${SECRET} is not valid` })],
  ['it is throttled on every try', 'TARGET_BUSY', (sql: string) => ({ code: 'XX000', message: 'Spectrum Scan Error', detail: `Access throttled for ${sql}` })],
] as const)('P6: keys and token stand in no error and no log: %s', async (name, code, answer) => {
  const { request } = await staged(`leak_${name.toLowerCase().replaceAll(' ', '_')}`);
  const { logger, lines } = listening();
  const sent = copySql('"tidemark_stage"', columns, request.copyManifestUrl, KEYS);
  if (answer !== null) for (const _try of [1, 2]) world.redshift.emulator!.hooks.failNext(({ sql }) => sql.startsWith('COPY') && sql.includes(request.copyManifestUrl), answer(sent));
  const error: unknown = await world.loader({ copyAuthorization: KEYS, logger, retry: { attempts: 2, baseDelayMs: 1, maxDelayMs: 1 } }).load(request).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code, exit: 15 });
  const shown = `${String(error)} ${(error as Error).stack} ${JSON.stringify(error)} ${inspect(error, { depth: null, showHidden: true })} ${lines()}`;
  for (const leak of LEAKS) expect(shown).not.toContain(leak);
});
