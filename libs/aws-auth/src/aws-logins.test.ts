import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clusterLogin, rdsLogin, serverlessLogin } from './index.ts';
import { signatureFault, startLoginServer, type LoginServer } from './testing/index.ts';

const PASSWORD = 'tmp+<pass>&word/=';
const cluster = { region: 'eu-central-1', clusterIdentifier: 'dw-1', database: 'dev', username: 'loader' };
const workgroup = { region: 'eu-central-1', workgroupName: 'shop', database: 'dev' };
const instance = { region: 'eu-central-1', host: 'shop.abc.eu-central-1.rds.amazonaws.com', port: 3306, username: 'reader' };

let server: LoginServer;
beforeEach(async () => {
  server = await startLoginServer({ clusters: { 'dw-1': { loader: { username: 'IAM:loader', password: PASSWORD } }, closed: {} }, workgroups: { shop: { username: 'IAMR:etl', password: PASSWORD }, locked: { username: 'x', password: 'y' } }, denied: ['closed', 'locked'] });
  for (const [name, value] of Object.entries(server.variables)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

const failure = (login: Promise<unknown>): Promise<Error> => login.then(() => Promise.reject(new Error('a login was given')), (error: Error) => error);

describe('a login that is given', () => {
  test.each([['to a cluster', () => clusterLogin(cluster), 'IAM:loader'], ['to a workgroup', () => serverlessLogin(workgroup), 'IAMR:etl']] as const)('%s', async (_name, ask, username) => {
    const before = Date.now();
    const login = await ask();
    expect([login.username, login.password.reveal()]).toEqual([username, PASSWORD]);
    expect(login.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 899_000);
    expect(inspect(login, { depth: null, showHidden: true })).not.toContain('pass>');
  });

  test('is asked for again after a failure of AWS', async () => {
    server.failNext(500, 'InternalFailure');
    expect((await clusterLogin(cluster)).username).toBe('IAM:loader');
    expect(server.requests.map(({ error }) => error)).toEqual(['InternalFailure', null]);
  });

  test('a token of RDS is a signed request to connect, made out to the instance and the user', async () => {
    const before = Date.now();
    const login = await rdsLogin(instance);
    expect(login.username).toBe('reader');
    expect(login.expiresAt.getTime()).toBeGreaterThanOrEqual(before + 900_000);
    const token = new URL(`https://${login.password.reveal()}`);
    expect([token.host, token.searchParams.get('Action'), token.searchParams.get('DBUser'), token.searchParams.get('X-Amz-Expires')]).toEqual([`${instance.host}:3306`, 'connect', 'reader', '900']);
    const request = { method: 'GET', path: token.pathname, query: token.searchParams, headers: { host: token.host }, body: '' };
    const scope = { region: 'eu-central-1', service: 'rds-db' };
    expect(signatureFault(request, server.key, scope, new Date())).toBeNull();
    expect(signatureFault({ ...request, headers: { host: 'other:3306' } }, server.key, scope, new Date())).toBe('SignatureDoesNotMatch');
    expect(signatureFault(request, server.key, scope, new Date(before + 1_000_000))).toBe('SignatureDoesNotMatch');
    expect(server.requests).toEqual([]);
  });
});

describe('a login that is not given', () => {
  test.each([
    ['no such cluster', () => clusterLogin({ ...cluster, clusterIdentifier: 'none' }), 'AWS_LOGIN_UNKNOWN_PLACE', 10, 'AWS gave no login for loader in dev of the cluster none (eu-central-1): ClusterNotFoundFault, HTTP 404.'],
    ['no such workgroup', () => serverlessLogin({ ...workgroup, workgroupName: 'none' }), 'AWS_LOGIN_UNKNOWN_PLACE', 10, 'AWS gave no login for dev of the workgroup none (eu-central-1): ResourceNotFoundException, HTTP 400.'],
    ['no right to a cluster', () => clusterLogin({ ...cluster, clusterIdentifier: 'closed' }), 'AWS_LOGIN_DENIED', 12, 'AWS gave no login for loader in dev of the cluster closed (eu-central-1): AccessDenied, HTTP 403.'],
    ['no right to a workgroup', () => serverlessLogin({ ...workgroup, workgroupName: 'locked' }), 'AWS_LOGIN_DENIED', 12, 'AWS gave no login for dev of the workgroup locked (eu-central-1): AccessDeniedException, HTTP 400.'],
  ] as const)('%s', async (_name, ask, code, exit, message) => {
    expect(await failure(ask())).toMatchObject({ code, exit, retry: 'never', message });
  });

  test.each([
    ['a wrong key', { AWS_SECRET_ACCESS_KEY: 'wrong' }, 'AWS_LOGIN_CREDENTIALS'],
    ['an unknown key id', { AWS_ACCESS_KEY_ID: 'AKIDOTHER' }, 'AWS_LOGIN_CREDENTIALS'],
    ['an old session', { AWS_SESSION_TOKEN: 'old' }, 'AWS_LOGIN_CREDENTIALS'],
    ['no answer', { AWS_ENDPOINT_URL_REDSHIFT: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS: 'http://127.0.0.1:1' }, 'AWS_LOGIN_UNREACHABLE'],
  ])('%s', async (_name, variables, code) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    for (const error of [await failure(clusterLogin(cluster)), await failure(serverlessLogin(workgroup))]) {
      expect(error).toMatchObject({ code, exit: 12 });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(server.key.secretAccessKey);
    }
  });

  test('an AWS that goes on failing is told after three requests', async () => {
    server.failNext(503, 'ServiceUnavailable', 10);
    expect(await failure(clusterLogin(cluster))).toMatchObject({ code: 'AWS_LOGIN_UNREACHABLE', retry: 'later' });
    expect(server.requests).toHaveLength(3);
  });
});
