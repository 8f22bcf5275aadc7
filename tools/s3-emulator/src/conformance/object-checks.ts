import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';
import { readBody } from './read-body.ts';

const HOSTILE_KEYS = ['a b+c&d=e?f#g', 'percent%2Fnot a slash', 'a//b', '/leading', 'trailing/', 'é/日本語/🌊', "quote'\"<>&", 'dots/../x', 'star*(a)!~', 'dt=2026-01-01/part.parquet', 'x'.repeat(1024)];

export const objectChecks: readonly ConformanceCheck[] = [
  {
    name: 'an object comes back with its bytes, metadata, type and the MD5 of its bytes as ETag',
    run: async ({ client, bucket }) => {
      const body = randomBytes(100_000);
      const put = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'round/trip', Body: body, ContentType: 'application/x-parquet', CacheControl: 'no-store', Metadata: { batch: '7' } }));
      equal(put.ETag, `"${createHash('md5').update(body).digest('hex')}"`);
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'round/trip' }));
      deepEqual(await readBody(got), body);
      deepEqual([got.ContentType, got.CacheControl, got.Metadata, got.ETag, got.ContentLength], ['application/x-parquet', 'no-store', { batch: '7' }, put.ETag, body.length]);
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'round/trip' }));
      deepEqual([head.ContentLength, head.ETag, head.Metadata], [body.length, put.ETag, { batch: '7' }]);
    },
  },
  {
    name: 'an empty object is an object',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'empty', Body: Buffer.alloc(0) }));
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'empty' }));
      equal((await readBody(got)).length, 0);
      await expectError(client.send(new GetObjectCommand({ Bucket: bucket, Key: 'empty', Range: 'bytes=0-0' })), 416, 'InvalidRange');
    },
  },
  {
    name: 'a later write replaces an object whole',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: 'long content', Metadata: { old: 'yes' } }));
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: 'new' }));
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'replaced' }));
      equal((await readBody(got)).toString(), 'new');
      deepEqual(got.Metadata, {});
    },
  },
  {
    name: 'a stream of known length is stored without its framing',
    run: async ({ client, bucket }) => {
      const body = randomBytes(300_000);
      const pieces = Array.from({ length: 30 }, (_, index) => body.subarray(index * 10_000, (index + 1) * 10_000));
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'streamed', Body: Readable.from(pieces), ContentLength: body.length }));
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'streamed' }));
      deepEqual(await readBody(got), body);
      equal(got.ContentEncoding, undefined);
    },
  },
  {
    name: 'content encoding is kept beside aws-chunked',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'gzipped', Body: Readable.from([randomBytes(20_000)]), ContentLength: 20_000, ContentEncoding: 'gzip' }));
      equal((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'gzipped' }))).ContentEncoding, 'gzip');
    },
  },
  ...HOSTILE_KEYS.map(
    (key): ConformanceCheck => ({
      name: `the key ${JSON.stringify(key.length > 40 ? `${key.slice(0, 10)}… (${key.length} bytes)` : key)} is taken as it is`,
      run: async ({ client, bucket }) => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        equal((await readBody(got)).toString(), key);
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        await expectError(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })), 404);
      },
    }),
  ),
  {
    name: 'a key of 1025 bytes is refused, also when it has fewer characters',
    run: async ({ client, bucket }) => {
      await expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'é'.repeat(513), Body: Buffer.alloc(0) })), 400, 'KeyTooLongError');
    },
  },
  {
    name: 'more than 2 KB of metadata is refused',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'metadata', Body: Buffer.alloc(0), Metadata: { a: 'x'.repeat(2000) } }));
      await expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'metadata', Body: Buffer.alloc(0), Metadata: { a: 'x'.repeat(2048) } })), 400, 'MetadataTooLarge');
    },
  },
  {
    name: 'ranges: inside, to the end, the last bytes, beyond the end, outside',
    run: async ({ client, bucket }) => {
      const body = randomBytes(1000);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'ranges', Body: body }));
      const read = async (range: string): Promise<[Buffer, string | undefined, number | undefined]> => {
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'ranges', Range: range }));
        return [await readBody(got), got.ContentRange, got.$metadata.httpStatusCode];
      };
      deepEqual(await read('bytes=10-19'), [body.subarray(10, 20), 'bytes 10-19/1000', 206]);
      deepEqual(await read('bytes=990-'), [body.subarray(990), 'bytes 990-999/1000', 206]);
      deepEqual(await read('bytes=-8'), [body.subarray(-8), 'bytes 992-999/1000', 206]);
      deepEqual(await read('bytes=995-5000'), [body.subarray(995), 'bytes 995-999/1000', 206]);
      deepEqual(await read('bytes=-5000'), [body, 'bytes 0-999/1000', 206]);
      await expectError(client.send(new GetObjectCommand({ Bucket: bucket, Key: 'ranges', Range: 'bytes=1000-' })), 416, 'InvalidRange');
    },
  },
  {
    name: 'a missing key is 404 NoSuchKey, and 404 without a body for HEAD',
    run: async ({ client, bucket }) => {
      await expectError(client.send(new GetObjectCommand({ Bucket: bucket, Key: 'nowhere' })), 404, 'NoSuchKey');
      await expectError(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'nowhere' })), 404, 'NotFound');
    },
  },
  {
    name: 'deleting what is not there succeeds',
    run: async ({ client, bucket }) => {
      equal((await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'never-there' }))).$metadata.httpStatusCode, 204);
      const batch = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'never-there' }] } }));
      deepEqual([batch.Deleted?.map(({ Key }) => Key), batch.Errors ?? []], [['never-there'], []]);
    },
  },
  {
    name: 'a batch deletes its keys and no others; quiet reports nothing',
    run: async ({ client, bucket }) => {
      for (const key of ['batch/1', 'batch/2 &<é', 'batch/20']) await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.alloc(0) }));
      const loud = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'batch/2 &<é' }] } }));
      deepEqual(loud.Deleted?.map(({ Key }) => Key), ['batch/2 &<é']);
      const quiet = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: 'batch/1' }], Quiet: true } }));
      deepEqual(quiet.Deleted ?? [], []);
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'batch/20' }));
    },
  },
  {
    name: 'a batch of 1001 keys is refused whole',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'over-0', Body: Buffer.alloc(0) }));
      const objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `over-${index}` }));
      await expectError(client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects } })), 400, 'MalformedXML');
      await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'over-0' }));
    },
  },
  {
    name: 'a copy has the bytes and metadata of its source, or new metadata',
    run: async ({ client, bucket }) => {
      const body = randomBytes(5000);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'copy me/é', Body: body, Metadata: { kept: '1' }, ContentType: 'text/x' }));
      const source = `${bucket}/${encodeURIComponent('copy me/é')}`;
      const copied = await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copied', CopySource: source }));
      match(copied.CopyObjectResult?.ETag ?? '', /^"[0-9a-f]{32}"$/);
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'copied' }));
      deepEqual([await readBody(got), got.Metadata, got.ContentType], [body, { kept: '1' }, 'text/x']);
      await client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copied', CopySource: source, MetadataDirective: 'REPLACE', Metadata: { fresh: '2' } }));
      deepEqual((await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'copied' }))).Metadata, { fresh: '2' });
    },
  },
  {
    name: 'a copy of nothing is 404, a copy onto itself without a change is refused',
    run: async ({ client, bucket }) => {
      await expectError(client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'x', CopySource: `${bucket}/not-there` })), 404, 'NoSuchKey');
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'self', Body: '1' }));
      await expectError(client.send(new CopyObjectCommand({ Bucket: bucket, Key: 'self', CopySource: `${bucket}/self` })), 400, 'InvalidRequest');
    },
  },
  {
    name: 'the Date header tells the server’s time and every answer has a request id',
    run: async ({ client, bucket }) => {
      const { $metadata } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'ids', Body: Buffer.alloc(0) }));
      match($metadata.requestId ?? '', /^\S+$/);
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'ids' }));
      ok(Math.abs(Date.now() - head.LastModified!.getTime()) < 60_000);
      equal(head.LastModified!.getMilliseconds(), 0);
    },
  },
];
