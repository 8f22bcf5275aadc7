import { deepEqual, equal, ok } from 'node:assert/strict';
import { CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';
import { readBody } from './read-body.ts';

const WRONG_ETAG = '"00000000000000000000000000000000"';

export const conditionChecks: readonly ConformanceCheck[] = [
  {
    name: 'If-None-Match: * writes a new key, refuses an old one and leaves it alone',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/new', Body: '1', IfNoneMatch: '*' }));
      await expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/new', Body: '2', IfNoneMatch: '*' })), 412, 'PreconditionFailed');
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'cond/new' })))).toString(), '1');
    },
  },
  {
    name: 'If-None-Match: * writes again after a deletion',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/again', Body: '1', IfNoneMatch: '*' }));
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'cond/again' }));
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/again', Body: '2', IfNoneMatch: '*' }));
    },
  },
  {
    name: 'If-None-Match with an ETag is not implemented for writes',
    run: ({ client, bucket }) => expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/etag', Body: '1', IfNoneMatch: WRONG_ETAG })), 501, 'NotImplemented'),
  },
  {
    name: 'If-Match writes over the right ETag, refuses a wrong one',
    run: async ({ client, bucket }) => {
      const first = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/swap', Body: '1' }));
      const second = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/swap', Body: '2', IfMatch: first.ETag }));
      await expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/swap', Body: '3', IfMatch: first.ETag })), 412, 'PreconditionFailed');
      equal((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'cond/swap' }))).ETag, second.ETag);
    },
  },
  {
    name: 'If-Match on a missing key is 404',
    run: ({ client, bucket }) => expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/missing', Body: '1', IfMatch: WRONG_ETAG })), 404, 'NoSuchKey'),
  },
  {
    name: 'of eight If-None-Match: * at once exactly one wins; the others get 412 or 409',
    run: async ({ client, bucket }) => {
      const results = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/race', Body: `${index}`, IfNoneMatch: '*' }))));
      equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        ok(result.reason instanceof S3ServiceException && ['PreconditionFailed', 'ConditionalRequestConflict'].includes(result.reason.name), String(result.reason));
      }
      const winner = results.findIndex(({ status }) => status === 'fulfilled');
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'cond/race' })))).toString(), `${winner}`);
    },
  },
  {
    name: 'of eight If-Match at once exactly one wins',
    run: async ({ client, bucket }) => {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/swap-race', Body: 'start' }));
      const results = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/swap-race', Body: `${index}`, IfMatch: ETag }))));
      equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    },
  },
  {
    name: 'reads under conditions: 304 and 412',
    run: async ({ client, bucket }) => {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/read', Body: '1' }));
      const where = { Bucket: bucket, Key: 'cond/read' };
      const past = new Date(Date.now() - 3_600_000);
      const { LastModified } = await client.send(new HeadObjectCommand(where));
      await readBody(await client.send(new GetObjectCommand({ ...where, IfMatch: ETag })));
      await readBody(await client.send(new GetObjectCommand({ ...where, IfNoneMatch: WRONG_ETAG })));
      await readBody(await client.send(new GetObjectCommand({ ...where, IfModifiedSince: past })));
      await expectError(client.send(new GetObjectCommand({ ...where, IfNoneMatch: ETag })), 304);
      await expectError(client.send(new GetObjectCommand({ ...where, IfMatch: WRONG_ETAG })), 412, 'PreconditionFailed');
      await expectError(client.send(new GetObjectCommand({ ...where, IfUnmodifiedSince: past })), 412, 'PreconditionFailed');
      await expectError(client.send(new GetObjectCommand({ ...where, IfModifiedSince: LastModified })), 304);
      await expectError(client.send(new HeadObjectCommand({ ...where, IfNoneMatch: ETag })), 304);
      await expectError(client.send(new HeadObjectCommand({ ...where, IfMatch: WRONG_ETAG })), 412);
    },
  },
  {
    name: 'If-Match that holds outweighs If-Unmodified-Since that does not',
    run: async ({ client, bucket }) => {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/both', Body: '1' }));
      await readBody(await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'cond/both', IfMatch: ETag, IfUnmodifiedSince: new Date(Date.now() - 3_600_000) })));
    },
  },
  {
    name: 'a deletion with If-Match deletes the right ETag only',
    run: async ({ client, bucket }) => {
      const where = { Bucket: bucket, Key: 'cond/delete' };
      const { ETag } = await client.send(new PutObjectCommand({ ...where, Body: '1' }));
      await expectError(client.send(new DeleteObjectCommand({ ...where, IfMatch: WRONG_ETAG })), 412, 'PreconditionFailed');
      const batch = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: where.Key, ETag: WRONG_ETAG }] } }));
      deepEqual(batch.Errors?.map(({ Key, Code }) => [Key, Code]), [[where.Key, 'PreconditionFailed']]);
      await client.send(new DeleteObjectCommand({ ...where, IfMatch: ETag }));
      await expectError(client.send(new DeleteObjectCommand({ ...where, IfMatch: ETag })), 404, 'NoSuchKey');
    },
  },
  {
    name: 'a copy judges the condition of its source',
    run: async ({ client, bucket }) => {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'cond/source', Body: '1' }));
      const copy = { Bucket: bucket, Key: 'cond/copy', CopySource: `${bucket}/cond/source` };
      await expectError(client.send(new CopyObjectCommand({ ...copy, CopySourceIfMatch: WRONG_ETAG })), 412, 'PreconditionFailed');
      await expectError(client.send(new CopyObjectCommand({ ...copy, CopySourceIfNoneMatch: ETag })), 412, 'PreconditionFailed');
      await client.send(new CopyObjectCommand({ ...copy, CopySourceIfMatch: ETag }));
    },
  },
];
