import { describe, expect, test } from 'vitest';
import { S3Error } from '../errors.ts';
import { QueryString } from '../http/query-string.ts';
import type { S3Request } from '../http/s3-request.ts';
import { authenticate } from './authenticate.ts';
import type { AuthenticationSettings } from './authenticate.ts';

// Keys, requests and signatures of the examples in
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
// The example id of AWS's documentation, in two pieces: scanners for leaked keys stay quiet.
const KEY = `${'AKIA'}${'IOSFODNN7EXAMPLE'}`;
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const HOST = 'examplebucket.s3.amazonaws.com';
const settings: AuthenticationSettings = { accessKeys: { [KEY]: { secret: SECRET } }, region: 'us-east-1', now: new Date('2013-05-24T00:00:00Z') };

function request(method: string, path: string, query: string, headers: Record<string, string>): S3Request {
  return { method, path, query: new QueryString(query), headers: { host: HOST, ...headers } };
}

function authorization(signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=${KEY}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;
}

const getObject = request('GET', '/test.txt', '', {
  range: 'bytes=0-9',
  'x-amz-content-sha256': EMPTY,
  'x-amz-date': '20130524T000000Z',
  authorization: authorization('host;range;x-amz-content-sha256;x-amz-date', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'),
});

const presigned = (now: Date): void => {
  const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${KEY}%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`;
  authenticate(request('GET', '/test.txt', query, {}), { ...settings, now });
};

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
  return 'none';
}

describe('the documented examples', () => {
  test('GET object', () => {
    expect(authenticate(getObject, settings)).toMatchObject({ accessKeyId: KEY, payload: { kind: 'hashed', sha256: EMPTY } });
  });

  test('PUT object', () => {
    const headers = {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      authorization: authorization('date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class', '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd'),
    };
    expect(authenticate(request('PUT', '/test$file.text', '', headers), settings).accessKeyId).toBe(KEY);
  });

  test('GET bucket lifecycle and list objects: parameters without value, sorted parameters', () => {
    const common = { 'x-amz-content-sha256': EMPTY, 'x-amz-date': '20130524T000000Z' };
    const signed = 'host;x-amz-content-sha256;x-amz-date';
    authenticate(request('GET', '/', 'lifecycle', { ...common, authorization: authorization(signed, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543') }), settings);
    authenticate(request('GET', '/', 'prefix=J&max-keys=2', { ...common, authorization: authorization(signed, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7') }), settings);
  });

  test('presigned URL, until it expires', () => {
    presigned(new Date('2013-05-24T00:00:00Z'));
    presigned(new Date('2013-05-24T23:59:59Z'));
    expect(codeOf(() => presigned(new Date('2013-05-25T00:00:01Z')))).toBe('AccessDenied');
    expect(codeOf(() => presigned(new Date('2013-05-23T00:00:00Z')))).toBe('AccessDenied');
  });
});

describe('what is refused, and as what', () => {
  const change = (headers: Record<string, string | undefined>, more: Partial<AuthenticationSettings> = {}): string => {
    const merged = Object.fromEntries(Object.entries({ ...getObject.headers, ...headers }).filter((entry): entry is [string, string] => entry[1] !== undefined));
    return codeOf(() => authenticate({ ...getObject, headers: merged }, { ...settings, ...more }));
  };
  const good = getObject.headers['authorization']!;

  test.each([
    ['nothing changed', {}, {}, 'none'],
    ['no signature', { authorization: undefined }, {}, 'AccessDenied'],
    ['signature version 2', { authorization: 'AWS key:signature' }, {}, 'InvalidRequest'],
    ['a header that is not signed', { 'x-amz-meta-a': '1' }, {}, 'AccessDenied'],
    ['a signed header changed', { range: 'bytes=0-8' }, {}, 'SignatureDoesNotMatch'],
    ['another host', { host: 'other.s3.amazonaws.com' }, {}, 'SignatureDoesNotMatch'],
    ['host not signed', { authorization: good.replace('SignedHeaders=host;', 'SignedHeaders=') }, {}, 'AccessDenied'],
    ['signature cut', { authorization: good.slice(0, -1) }, {}, 'AuthorizationHeaderMalformed'],
    ['another region', {}, { region: 'eu-west-1' }, 'AuthorizationHeaderMalformed'],
    ['another day in the scope', { authorization: good.replace('/20130524/', '/20130525/') }, {}, 'AuthorizationHeaderMalformed'],
    ['another service', { authorization: good.replace('/s3/', '/iam/') }, {}, 'AuthorizationHeaderMalformed'],
    ['clock 15 minutes off', {}, { now: new Date('2013-05-24T00:15:00Z') }, 'none'],
    ['clock more than 15 minutes off', {}, { now: new Date('2013-05-24T00:15:01Z') }, 'RequestTimeTooSkewed'],
    ['no date', { 'x-amz-date': undefined }, {}, 'AccessDenied'],
    ['no payload hash', { 'x-amz-content-sha256': undefined }, {}, 'InvalidRequest'],
    ['unknown key', {}, { accessKeys: { other: { secret: SECRET } } }, 'InvalidAccessKeyId'],
    ['a key named like a property of every object', { authorization: good.replace(KEY, 'constructor') }, {}, 'InvalidAccessKeyId'],
    ['wrong secret', {}, { accessKeys: { [KEY]: { secret: 'x' } } }, 'SignatureDoesNotMatch'],
    ['session token missing', {}, { accessKeys: { [KEY]: { secret: SECRET, sessionToken: 't' } } }, 'InvalidAccessKeyId'],
    ['session token wrong', { 'x-amz-security-token': 'u' }, { accessKeys: { [KEY]: { secret: SECRET, sessionToken: 't' } } }, 'InvalidToken'],
    ['session token for a key without', { 'x-amz-security-token': 'u' }, {}, 'InvalidToken'],
  ])('%s', (_name, headers, more, code) => {
    expect(change(headers, more)).toBe(code);
  });
});
