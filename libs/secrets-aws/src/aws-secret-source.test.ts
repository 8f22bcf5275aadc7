import { inspect } from 'node:util';
import { resolveSecrets, SecretInStore, type SecretReference } from '@tidemark/config';
import { Secret } from '@tidemark/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAwsSecretSource } from './index.ts';
import { startSecretServer, type SecretServer } from './testing/index.ts';

const PASSWORD = 'p"ä😀ss #1';
const PLACE = 'connections.sources.SHOP_RO.password (config/connections.yml:7:17)';
const sm = (name: string): SecretReference => ({ scheme: 'aws-sm', name, place: PLACE });
const ssm = (name: string): SecretReference => ({ scheme: 'aws-ssm', name, place: PLACE });

let server: SecretServer;
beforeEach(async () => {
  server = await startSecretServer({
    secrets: { 'shop/plain': PASSWORD, 'shop/json': JSON.stringify({ username: 'reader', password: PASSWORD, port: 3306, deep: {} }), 'shop/empty': '', 'shop/bytes': Buffer.from('x'), 'shop/gone': 'marked-for-deletion', 'shop/closed': PASSWORD },
    parameters: { '/shop/password': PASSWORD, '/shop/closed': PASSWORD },
    denied: ['shop/closed', '/shop/closed'],
  });
  for (const [name, value] of Object.entries(server.variables)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

describe('secrets that are there', () => {
  test.each([
    ['a plain text', sm('shop/plain'), PASSWORD],
    ['a key of a JSON secret', sm('shop/json#password'), PASSWORD],
    ['a number in JSON', sm('shop/json#port'), '3306'],
    ['an ARN, which names the region', sm('arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/plain'), PASSWORD],
    ['an empty text', sm('shop/empty'), ''],
    ['a parameter, decrypted', ssm('/shop/password'), PASSWORD],
  ])('%s', async (_name, reference, expected) => {
    expect(await createAwsSecretSource().read([reference])).toEqual([expected]);
  });

  test('come in the order of the references, and each is asked for once', async () => {
    expect(await createAwsSecretSource().read([sm('shop/json#username'), ssm('/shop/password'), sm('shop/json#password'), sm('shop/json#username')])).toEqual(['reader', PASSWORD, PASSWORD, 'reader']);
    expect(server.requests.map(({ target, id }) => [target, id])).toEqual([['secretsmanager.GetSecretValue', 'shop/json'], ['AmazonSSM.GetParameter', '/shop/password']]);
  });

  test('fill resolved settings, in a copy', async () => {
    const settings = { name: 'SHOP_RO', password: new SecretInStore(sm('shop/plain')), tunnel: { passphrase: null, password: new SecretInStore(ssm('/shop/password')) }, keep: new Secret('k') };
    const resolved = await resolveSecrets(settings, () => Promise.resolve(createAwsSecretSource()));
    expect([resolved.password.reveal(), resolved.tunnel.password.reveal(), resolved.keep.reveal()]).toEqual([PASSWORD, PASSWORD, 'k']);
    expect(() => settings.password.reveal()).toThrow(PLACE);
  });

  test('a read is sent again after a failure of the store', async () => {
    server.failNext(500, 'InternalServiceError');
    expect(await createAwsSecretSource().read([sm('shop/plain')])).toEqual([PASSWORD]);
    expect(server.requests.map(({ error }) => error)).toEqual(['InternalServiceError', null]);
  });
});

describe('secrets that cannot be had', () => {
  test.each([
    ['no such secret', sm('shop/none'), 'SECRET_NOT_FOUND', 10, `aws-sm:shop/none cannot be read for ${PLACE}: ResourceNotFoundException, HTTP 400`],
    ['no such parameter', ssm('/shop/none'), 'SECRET_NOT_FOUND', 10, `aws-ssm:/shop/none cannot be read for ${PLACE}: ParameterNotFound, HTTP 400`],
    ['no right to a secret', sm('shop/closed'), 'SECRET_DENIED', 12, `aws-sm:shop/closed cannot be read for ${PLACE}: AccessDeniedException, HTTP 400`],
    ['no right to a parameter', ssm('/shop/closed'), 'SECRET_DENIED', 12, `aws-ssm:/shop/closed cannot be read for ${PLACE}: AccessDeniedException, HTTP 400`],
    ['a secret about to be deleted', sm('shop/gone'), 'SECRET_REFUSED', 10, `aws-sm:shop/gone cannot be read for ${PLACE}: InvalidRequestException, HTTP 400`],
    ['bytes', sm('shop/bytes'), 'SECRET_FORM', 10, `aws-sm:shop/bytes holds no text; ${PLACE} needs one`],
    ['JSON without a key', sm('shop/json'), 'SECRET_FORM', 10, `aws-sm:shop/json holds JSON with the keys username, password, port, deep; ${PLACE} needs one of them: write # and the key after the name`],
    ['a key that is not there', sm('shop/json#pasword'), 'SECRET_FORM', 10, `aws-sm:shop/json#pasword has no key pasword; ${PLACE} needs the keys username, password, port, deep`],
    ['a key that holds no text', sm('shop/json#deep'), 'SECRET_FORM', 10, `aws-sm:shop/json#deep has no text in its key deep; ${PLACE} needs the keys username, password, port, deep`],
    ['a key of plain text', sm('shop/plain#password'), 'SECRET_FORM', 10, `aws-sm:shop/plain#password holds no JSON object; ${PLACE} needs a secret with the key password, or no #password after the name`],
  ])('%s', async (_name, reference, code, exit, message) => {
    const error = await failure([reference]);
    expect([error.code, error.exit, error.message]).toEqual([code, exit, message]);
    expect(error.remedy.length).toBeGreaterThan(0);
    for (const part of [PASSWORD, Buffer.from(PASSWORD).toString('base64'), server.variables['AWS_SECRET_ACCESS_KEY']!]) expect(inspect(error, { depth: null, showHidden: true })).not.toContain(part);
  });

  test.each([
    ['a key id that AWS does not know', { AWS_ACCESS_KEY_ID: 'AKIDOTHER' }, 'SECRET_CREDENTIALS'],
    ['a wrong key', { AWS_SECRET_ACCESS_KEY: 'wrong' }, 'SECRET_CREDENTIALS'],
    ['an old token', { AWS_SESSION_TOKEN: 'old' }, 'SECRET_CREDENTIALS'],
    ['another region', { AWS_REGION: 'eu-west-1' }, 'SECRET_CREDENTIALS'],
    ['no region', { AWS_REGION: '', AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }, 'SECRET_REGION_MISSING'],
    ['no server', { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' }, 'SECRET_STORE_UNREACHABLE'],
  ])('%s', async (_name, variables, code) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const error = await failure([sm('shop/plain')]);
    expect(error.code).toBe(code);
    expect(error.message).toContain(PLACE);
  });

  test('a store that goes on failing is told after three requests', async () => {
    server.failNext(503, 'ServiceUnavailable', 10);
    expect(await failure([sm('shop/plain')])).toMatchObject({ code: 'SECRET_STORE_UNREACHABLE', retry: 'later' });
    expect(server.requests).toHaveLength(3);
  });
});

async function failure(references: readonly SecretReference[]): Promise<Error & { code: string; exit: number; remedy: readonly string[] }> {
  return await createAwsSecretSource().read(references).then(() => Promise.reject(new Error('it was read')), (error: Error & { code: string; exit: number; remedy: readonly string[] }) => error);
}
