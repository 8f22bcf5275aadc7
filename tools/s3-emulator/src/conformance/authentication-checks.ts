import { equal, match } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';
import { readBody } from './read-body.ts';
import { presign, sendSigned } from './signed-request.ts';

const HOUR_MS = 3_600_000;

export const authenticationChecks: readonly ConformanceCheck[] = [
  {
    name: 'a wrong secret and an unknown key are 403, and nothing is stored',
    run: async ({ client, makeClient, bucket, target }) => {
      const wrong = makeClient({ credentials: { accessKeyId: target.accessKeyId, secretAccessKey: `${target.secretAccessKey}x` } });
      await expectError(wrong.send(new PutObjectCommand({ Bucket: bucket, Key: 'auth/wrong', Body: '1' })), 403, 'SignatureDoesNotMatch');
      const unknown = makeClient({ credentials: { accessKeyId: 'KEY-NOBODY-KNOWS', secretAccessKey: 'x' } });
      await expectError(unknown.send(new PutObjectCommand({ Bucket: bucket, Key: 'auth/wrong', Body: '1' })), 403, 'InvalidAccessKeyId');
      await expectError(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'auth/wrong' })), 404);
    },
  },
  {
    name: 'no signature at all is 403 AccessDenied',
    run: async ({ client, bucket, target }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'auth/private', Body: '1' }));
      await expectStatus(await fetch(`${target.url}/${bucket}/auth/private`), 403, 'AccessDenied');
    },
  },
  {
    name: 'a clock that is an hour off is 403 RequestTimeTooSkewed',
    run: async ({ bucket, target }) => {
      const request = { method: 'GET', path: `/${bucket}`, query: { 'list-type': '2' } };
      await expectStatus(await sendSigned(target, request, { signingDate: new Date(Date.now() - HOUR_MS) }), 403, 'RequestTimeTooSkewed');
      await expectStatus(await sendSigned(target, request, { signingDate: new Date(Date.now() + HOUR_MS) }), 403, 'RequestTimeTooSkewed');
      await expectStatus(await sendSigned(target, request), 200);
    },
  },
  {
    name: 'a body that is not the one signed is 400 XAmzContentSHA256Mismatch',
    run: async ({ client, bucket, target }) => {
      const headers = { 'x-amz-content-sha256': createHash('sha256').update('one').digest('hex') };
      await expectStatus(await sendSigned(target, { method: 'PUT', path: `/${bucket}/auth/body`, headers, body: 'two' }), 400, 'XAmzContentSHA256Mismatch');
      await expectError(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'auth/body' })), 404);
    },
  },
  {
    name: 'a region that is not the bucket’s is refused',
    run: async ({ bucket, target }) => {
      const other = target.region === 'eu-north-1' ? 'eu-south-1' : 'eu-north-1';
      await expectStatus(await sendSigned({ ...target, region: other }, { method: 'GET', path: `/${bucket}/x` }), 400, 'AuthorizationHeaderMalformed');
    },
  },
  {
    name: 'presigned GET and PUT work without a header',
    run: async ({ client, bucket, target }) => {
      const path = `/${bucket}/auth/presigned%20key`;
      const put = await fetch(await presign(target, { method: 'PUT', path }), { method: 'PUT', body: 'by link' });
      await expectStatus(put, 200);
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'auth/presigned key' })))).toString(), 'by link');
      const got = await fetch(await presign(target, { method: 'GET', path }));
      equal(await got.text(), 'by link');
    },
  },
  {
    name: 'a presigned URL is bound to its method, key, parameters and time',
    run: async ({ client, bucket, target }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'auth/bound', Body: '1' }));
      const url = await presign(target, { method: 'GET', path: `/${bucket}/auth/bound` });
      await expectStatus(await fetch(url, { method: 'PUT', body: '' }), 403, 'SignatureDoesNotMatch');
      await expectStatus(await fetch(url.replace('auth/bound', 'auth/other')), 403, 'SignatureDoesNotMatch');
      await expectStatus(await fetch(`${url}&response-content-type=text%2Fx`), 403, 'SignatureDoesNotMatch');
      const expired = await presign(target, { method: 'GET', path: `/${bucket}/auth/bound` }, { signingDate: new Date(Date.now() - HOUR_MS), expiresIn: 60 });
      await expectStatus(await fetch(expired), 403, 'AccessDenied');
      const tooLong = await presign(target, { method: 'GET', path: `/${bucket}/auth/bound` }, { expiresIn: 604_800 });
      await expectStatus(await fetch(tooLong), 200);
    },
  },
  {
    name: 'a presigned GET may name the headers of its answer',
    run: async ({ client, bucket, target }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'auth/named', Body: '1' }));
      const response = await fetch(await presign(target, { method: 'GET', path: `/${bucket}/auth/named`, query: { 'response-content-type': 'text/x' } }));
      await response.text();
      equal(response.headers.get('content-type'), 'text/x');
    },
  },
];

async function expectStatus(response: Response, status: number, code?: string): Promise<void> {
  const text = await response.text();
  equal(response.status, status, text);
  if (code === undefined) return;
  match(text, new RegExp(`<Code>${code}</Code>`));
  match(text, /<RequestId>[^<]+<\/RequestId>/);
}
