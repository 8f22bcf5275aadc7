import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '@tidemark/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../test/collect.ts';
import { createS3Store, type S3Store } from './index.ts';

/** A server that answers as it is told: for answers that no sound store gives. */
let server: Server;
let store: S3Store;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  store = createS3Store({
    bucket: 'shop-lake',
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: new Secret('secret'), sessionToken: null },
    retry: { attempts: 2, baseMs: 1, maxMs: 1 },
  });
});
afterEach(() => {
  store.close();
  server.closeAllConnections();
  server.close();
});

const xml = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
};
const page = (keys: readonly string[], more: string): string =>
  `<ListBucketResult><Name>shop-lake</Name>${keys.map((key) => `<Contents><Key>${key}</Key><LastModified>2026-01-31T12:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size></Contents>`).join('')}${more}</ListBucketResult>`;

describe('I9: a listing that contradicts itself is an error, not a short listing', () => {
  test.each([
    ['keys out of order', page(['a/2', 'a/1'], '<IsTruncated>false</IsTruncated>')],
    ['a key twice', page(['a/1', 'a/1'], '<IsTruncated>false</IsTruncated>')],
    ['a key of another folder', page(['a/1', 'ab/1'], '<IsTruncated>false</IsTruncated>')],
    ['more without a way to ask for it', page(['a/1'], '<IsTruncated>true</IsTruncated>')],
    ['an entry without ETag', '<ListBucketResult><Contents><Key>a/1</Key></Contents></ListBucketResult>'],
  ])('%s', async (_name, body) => {
    answer = (_request, response) => xml(response, 200, body);
    await expect(collect(store.list('a/'))).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID', exit: 14 });
  });

  test('pages that never end', async () => {
    let asked = 0;
    answer = (_request, response) => xml(response, 200, page([`a/${asked++}`], '<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>'));
    await expect(collect(store.list('a/'))).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID' });
  });

  test('a page that begins before the key after which it was asked for', async () => {
    answer = (_request, response) => xml(response, 200, page(['a/1'], '<IsTruncated>false</IsTruncated>'));
    await expect(collect(store.list('a/', { startAfter: 'a/5' }))).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID' });
  });
});

describe('errors keep their meaning', () => {
  test.each([
    [301, 'PermanentRedirect', 'STORE_REGION_WRONG', 14],
    [400, 'AuthorizationHeaderMalformed', 'STORE_REGION_WRONG', 14],
    [403, 'ExpiredToken', 'STORE_CREDENTIALS', 12],
    [403, 'AllAccessDisabled', 'STORE_ACCESS_DENIED', 12],
    [404, 'NoSuchBucket', 'STORE_BUCKET_MISSING', 14],
    [400, 'InvalidArgument', 'STORE_REFUSED', 14],
    [501, 'NotImplemented', 'STORE_REFUSED', 14],
    [502, 'BadGateway', 'STORE_FAILING', 14],
    [429, 'TooManyRequests', 'STORE_FAILING', 14],
  ])('%i %s is %s', async (status, name, expected, exit) => {
    answer = (_request, response) => xml(response, status, `<Error><Code>${name}</Code><Message>said so</Message></Error>`, { 'x-amz-bucket-region': 'us-east-2' });
    await expect(store.put('a', 'x')).rejects.toMatchObject({ code: expected, exit, details: { awsError: name, httpStatus: status } });
  });

  test('the region of the bucket is said', async () => {
    answer = (_request, response) => xml(response, 301, '<Error><Code>PermanentRedirect</Code></Error>', { 'x-amz-bucket-region': 'us-east-2' });
    await expect(store.put('a', 'x')).rejects.toThrow('us-east-2');
  });

  test('the reason of a refusal is kept without key ids', async () => {
    // The example id of AWS's documentation, in two pieces: scanners for leaked keys stay quiet.
    const keyId = `${'AKIA'}${'IOSFODNN7EXAMPLE'}`;
    answer = (_request, response) => xml(response, 403, `<Error><Code>AccessDenied</Code><Message>${keyId} is not authorized to perform s3:PutObject</Message></Error>`);
    await expect(store.put('a', 'x')).rejects.toMatchObject({ details: { reason: '[key id] is not authorized to perform s3:PutObject' } });
  });

  test('an answer that is not S3 is an error', async () => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>captive portal</html>');
    await expect(store.put('a', 'x')).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID', exit: 14 });
    await expect(collect(store.list('a/'))).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID', exit: 14 });
  });

  test('an answer without Date is an error: leases need the clock of the store', async () => {
    answer = (_request, response) => {
      response.sendDate = false;
      response.writeHead(200, { etag: '"e"' }).end();
    };
    await expect(store.put('a', 'x')).rejects.toMatchObject({ code: 'STORE_ANSWER_INVALID' });
  });
});

describe('signatures', () => {
  const digestOf = async (signPayload: boolean | undefined): Promise<string | string[] | undefined> => {
    const seen: IncomingMessage[] = [];
    answer = (request, response) => {
      seen.push(request);
      response.writeHead(200, { etag: '"e"' }).end();
    };
    const open = createS3Store({ bucket: 'shop-lake', region: 'eu-central-1', endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, forcePathStyle: true, credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: new Secret('secret'), sessionToken: null }, ...(signPayload === undefined ? {} : { signPayload }) });
    await open.put('a', 'x');
    open.close();
    expect(seen[0]!.headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-checksum-crc32/);
    return seen[0]!.headers['x-amz-content-sha256'];
  };

  test('cover the bytes over plain HTTP, and their CRC-32 always', async () => {
    expect(await digestOf(undefined)).toBe('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881');
    expect(await digestOf(false)).toBe('UNSIGNED-PAYLOAD');
  });
});

test('pieces of an upload are 5 to 512 MiB, whole objects at most 5 GiB', () => {
  for (const pieceBytes of [1, 5 * 1024 * 1024 - 1, 513 * 1024 * 1024, 6e6 + 0.5]) expect(() => createS3Store({ bucket: 'b', region: 'r', pieceBytes })).toThrow(RangeError);
  for (const wholeBytes of [-1, 0.5, 5 * 1024 ** 3 + 1]) expect(() => createS3Store({ bucket: 'b', region: 'r', wholeBytes })).toThrow(RangeError);
});
