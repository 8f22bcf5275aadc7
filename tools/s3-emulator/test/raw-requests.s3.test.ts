import { connect } from 'node:net';
import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { sendSigned } from '../src/conformance/signed-request.ts';
import type { PlainRequest } from '../src/conformance/signed-request.ts';
import { BUCKET, startTestEmulator, targetOf } from './test-emulator.ts';

/** Sends bytes as they are and gives what comes back until the server closes or falls silent. */
function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (piece) => {
      answer += piece.toString('latin1');
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const unsupported: readonly [string, PlainRequest, number, string][] = [
  ['acl', { method: 'GET', path: `/${BUCKET}/k`, query: { acl: '' } }, 501, 'NotImplemented'],
  ['tagging', { method: 'PUT', path: `/${BUCKET}/k`, query: { tagging: '' } }, 501, 'NotImplemented'],
  ['policy', { method: 'GET', path: `/${BUCKET}`, query: { policy: '' } }, 501, 'NotImplemented'],
  ['lifecycle', { method: 'GET', path: `/${BUCKET}`, query: { lifecycle: '' } }, 501, 'NotImplemented'],
  ['first version of ListObjects', { method: 'GET', path: `/${BUCKET}`, query: { prefix: 'a' } }, 501, 'NotImplemented'],
  ['first version of ListObjects, bare', { method: 'GET', path: `/${BUCKET}` }, 501, 'NotImplemented'],
  ['select', { method: 'POST', path: `/${BUCKET}/k`, query: { select: '', 'select-type': '2' } }, 501, 'NotImplemented'],
  ['partNumber on GET', { method: 'GET', path: `/${BUCKET}/k`, query: { partNumber: '1' } }, 501, 'NotImplemented'],
  ['an invented parameter', { method: 'GET', path: `/${BUCKET}/k`, query: { nonsense: '1' } }, 501, 'NotImplemented'],
  ['KMS', { method: 'PUT', path: `/${BUCKET}/k`, headers: { 'x-amz-server-side-encryption': 'aws:kms' } }, 501, 'NotImplemented'],
  ['an ACL header', { method: 'PUT', path: `/${BUCKET}/k`, headers: { 'x-amz-acl': 'public-read' } }, 501, 'NotImplemented'],
  ['a tagging header', { method: 'PUT', path: `/${BUCKET}/k`, headers: { 'x-amz-tagging': 'a=b' } }, 501, 'NotImplemented'],
  ['a colder storage class', { method: 'PUT', path: `/${BUCKET}/k`, headers: { 'x-amz-storage-class': 'GLACIER' } }, 501, 'NotImplemented'],
  ['an unknown checksum', { method: 'PUT', path: `/${BUCKET}/k`, headers: { 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=', 'content-length': '0' } }, 501, 'NotImplemented'],
  ['several ranges', { method: 'GET', path: `/${BUCKET}/there`, headers: { range: 'bytes=0-0,2-2' } }, 501, 'NotImplemented'],
  ['POST on an object', { method: 'POST', path: `/${BUCKET}/k` }, 405, 'MethodNotAllowed'],
  ['PATCH', { method: 'PATCH', path: `/${BUCKET}/k` }, 405, 'MethodNotAllowed'],
  ['a parameter twice', { method: 'GET', path: `/${BUCKET}/k`, query: { versionId: '' } }, 400, 'InvalidArgument'],
  ['two checksums', { method: 'PUT', path: `/${BUCKET}/k`, body: 'x', headers: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' } }, 400, 'InvalidRequest'],
  ['a batch without digest', { method: 'POST', path: `/${BUCKET}`, query: { delete: '' }, body: '<Delete><Object><Key>k</Key></Object></Delete>' }, 400, 'InvalidRequest'],
];

test.each(unsupported)('%s is refused, not ignored', async (_name, request, status, code) => {
  await using world = await startTestEmulator();
  await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'there', Body: 'there' }));
  const response = await sendSigned(targetOf(world), request);
  const text = await response.text();
  expect([response.status, /<Code>(\w+)<\/Code>/.exec(text)?.[1]]).toEqual([status, code]);
  await expect(world.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }))).rejects.toMatchObject({ name: 'NotFound' });
});

const documents: readonly [string, string][] = [
  ['no XML', 'Delete everything'],
  ['XML cut short', '<Delete><Object><Key>k</Key></Object>'],
  ['another root', '<Remove><Object><Key>k</Key></Object></Remove>'],
  ['an unknown element', '<Delete><Object><Key>k</Key><Force>true</Force></Object></Delete>'],
  ['an object without key', '<Delete><Object></Object></Delete>'],
  ['two keys in one object', '<Delete><Object><Key>k</Key><Key>l</Key></Object></Delete>'],
  ['an entity of its own', '<!DOCTYPE Delete [<!ENTITY e "k">]><Delete><Object><Key>&e;</Key></Object></Delete>'],
  ['nothing to delete', '<Delete></Delete>'],
];

test.each(documents)('a batch with %s is 400 MalformedXML', async (_name, body) => {
  await using world = await startTestEmulator();
  await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'x' }));
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const response = await sendSigned(targetOf(world), { method: 'POST', path: `/${BUCKET}`, query: { delete: '' }, headers, body });
  expect([response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]]).toEqual([400, 'MalformedXML']);
  await world.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }));
});

test('an error document tells code, message, resource and request id; HEAD has none of it', async () => {
  await using world = await startTestEmulator();
  const target = targetOf(world);
  const got = await sendSigned(target, { method: 'GET', path: `/${BUCKET}/a%26b` });
  const text = await got.text();
  expect(got.headers.get('content-type')).toBe('application/xml');
  expect(text).toContain('<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&amp;b</Key>');
  expect(text).toContain(`<RequestId>${got.headers.get('x-amz-request-id')}</RequestId>`);
  const head = await sendSigned(target, { method: 'HEAD', path: `/${BUCKET}/a` });
  expect([head.status, await head.text()]).toEqual([404, '']);
});

test.each([
  ['..', `/${BUCKET}/../x`],
  ['.. encoded', `/${BUCKET}/%2e%2e/x`],
  ['.. deeper', `/${BUCKET}/a/../../x`],
  ['a broken percent sequence', `/${BUCKET}/%zz`],
  ['bytes that are not UTF-8', `/${BUCKET}/%ff`],
  ['a whole URL', 'http://elsewhere/'],
])('a path with %s is 400 InvalidURI', async (_name, path) => {
  await using world = await startTestEmulator();
  const answer = await sendRaw(world.emulator.port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('<Code>InvalidURI</Code>');
});

test('what is no HTTP is 400, and the server lives on', async () => {
  await using world = await startTestEmulator();
  expect(await sendRaw(world.emulator.port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await sendRaw(world.emulator.port, `PUT /${BUCKET}/k HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'x' }));
});

test('a request that expects 100 gets its refusal without sending the body', async () => {
  await using world = await startTestEmulator();
  const answer = await sendRaw(world.emulator.port, `PUT /${BUCKET}/k HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
});

test('the bucket may be in the host', async () => {
  await using world = await startTestEmulator();
  await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'in/host', Body: 'virtual' }));
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const host = `${BUCKET}.localhost:${world.emulator.port}`;
  const { hashOf, credentials, region } = { hashOf: createHash('sha256').update('').digest('hex'), credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' }, region: 'eu-central-1' };
  const { Sha256 } = await import('../src/conformance/sha256.ts');
  const signed = await new SignatureV4({ service: 's3', region, credentials, uriEscapePath: false, applyChecksum: false, sha256: Sha256 }).sign({
    method: 'GET', protocol: 'http:', hostname: `${BUCKET}.localhost`, port: world.emulator.port, path: '/in/host', query: {}, headers: { host, 'x-amz-content-sha256': hashOf },
  });
  const body = await new Promise<string>((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: world.emulator.port, path: '/in/host', headers: signed.headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => (text += piece)).on('end', () => resolve(text));
    }).on('error', reject).end();
  });
  expect(body).toBe('virtual');
});
