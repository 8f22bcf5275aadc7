import { deepEqual, equal, ok } from 'node:assert/strict';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandInput, ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';

const MANY = 1105;

export const listingChecks: readonly ConformanceCheck[] = [
  {
    name: 'more than 1000 keys come in pages, in order, none twice, none missing',
    run: async ({ client, bucket }) => {
      const keys = Array.from({ length: MANY }, (_, index) => `many/${String(index).padStart(5, '0')}`);
      await putAll(client, bucket, keys);
      const pages = await allPages(client, { Bucket: bucket, Prefix: 'many/' });
      deepEqual(pages.map((page) => page.KeyCount), [1000, MANY - 1000]);
      deepEqual(keysOf(pages), keys);
      deepEqual(pages.map((page) => page.IsTruncated), [true, false]);
      const larger = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'many/', MaxKeys: 5000 }));
      deepEqual([larger.Contents?.length, larger.MaxKeys], [1000, 1000]);
    },
  },
  {
    name: 'keys are in the order of their UTF-8 bytes',
    run: async ({ client, bucket }) => {
      const keys = ['order/A', 'order/Z', 'order/_', 'order/a', 'order/a!', 'order/a/', 'order/é', 'order/\u{ff5e}', 'order/\u{1f30a}'];
      await putAll(client, bucket, [...keys].reverse());
      deepEqual(keysOf(await allPages(client, { Bucket: bucket, Prefix: 'order/', MaxKeys: 2 })), keys);
    },
  },
  {
    name: 'a prefix is text: orders lists orders_history too, orders/ does not',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['pre/orders/1', 'pre/orders_history/1']);
      deepEqual(keysOf(await allPages(client, { Bucket: bucket, Prefix: 'pre/orders' })), ['pre/orders/1', 'pre/orders_history/1']);
      deepEqual(keysOf(await allPages(client, { Bucket: bucket, Prefix: 'pre/orders/' })), ['pre/orders/1']);
    },
  },
  {
    name: 'a delimiter rolls keys up, and rolled-up prefixes count as entries across pages',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['roll/a', 'roll/b/1', 'roll/b/2', 'roll/c', 'roll/d/e/1', 'roll/z/1']);
      const whole = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'roll/', Delimiter: '/' }));
      deepEqual(whole.Contents?.map(({ Key }) => Key), ['roll/a', 'roll/c']);
      deepEqual(whole.CommonPrefixes?.map(({ Prefix }) => Prefix), ['roll/b/', 'roll/d/', 'roll/z/']);
      equal(whole.KeyCount, 5);
      const single = await allPages(client, { Bucket: bucket, Prefix: 'roll/', Delimiter: '/', MaxKeys: 1 });
      deepEqual(single.map((page) => page.Contents?.[0]?.Key ?? page.CommonPrefixes?.[0]?.Prefix), ['roll/a', 'roll/b/', 'roll/c', 'roll/d/', 'roll/z/']);
    },
  },
  {
    name: 'a delimiter may be several characters',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['multi/a--b--1', 'multi/a-b']);
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'multi/', Delimiter: '--' }));
      deepEqual([page.Contents?.map(({ Key }) => Key), page.CommonPrefixes?.map(({ Prefix }) => Prefix)], [['multi/a-b'], ['multi/a--']]);
    },
  },
  {
    name: 'start-after begins behind a key, whether it exists or not',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['after/1', 'after/2', 'after/3']);
      deepEqual(keysOf(await allPages(client, { Bucket: bucket, Prefix: 'after/', StartAfter: 'after/1' })), ['after/2', 'after/3']);
      deepEqual(keysOf(await allPages(client, { Bucket: bucket, Prefix: 'after/', StartAfter: 'after/1x', MaxKeys: 1 })), ['after/2', 'after/3']);
    },
  },
  {
    name: 'keys written between two pages: later ones are seen, earlier ones are not',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['between/b', 'between/d', 'between/f']);
      const first = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'between/', MaxKeys: 2 }));
      await putAll(client, bucket, ['between/a', 'between/e']);
      const second = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'between/', ContinuationToken: first.NextContinuationToken }));
      deepEqual(keysOf([first, second]), ['between/b', 'between/d', 'between/e', 'between/f']);
    },
  },
  {
    name: 'encoding-type=url encodes keys and prefixes, blanks as +',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['enc/a b+c&é', 'enc/d e/f']);
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'enc/', Delimiter: '/', EncodingType: 'url' }));
      deepEqual([page.Contents?.[0]?.Key, page.CommonPrefixes?.[0]?.Prefix, page.EncodingType], ['enc/a+b%2Bc%26%C3%A9', 'enc/d+e/', 'url']);
    },
  },
  {
    name: 'an entry has size, ETag, date and storage class',
    run: async ({ client, bucket }) => {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'entry/1', Body: 'four' }));
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'entry/' }));
      const [entry] = page.Contents ?? [];
      deepEqual([entry?.Size, entry?.ETag, entry?.StorageClass], [4, ETag, 'STANDARD']);
      ok(entry?.LastModified instanceof Date);
    },
  },
  {
    name: 'max-keys=0 lists nothing and is not truncated',
    run: async ({ client, bucket }) => {
      await putAll(client, bucket, ['none/1']);
      const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'none/', MaxKeys: 0 }));
      deepEqual([page.KeyCount, page.IsTruncated], [0, false]);
    },
  },
  {
    name: 'a broken token, a negative max-keys and a missing bucket are errors, never an empty list',
    run: async ({ client, bucket, newBucketName }) => {
      await expectError(client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: 'nonsense!' })), 400, 'InvalidArgument');
      await expectError(client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: -1 })), 400, 'InvalidArgument');
      await expectError(client.send(new ListObjectsV2Command({ Bucket: newBucketName() })), 404, 'NoSuchBucket');
    },
  },
];

async function putAll(client: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const rest = [...keys];
  const worker = async (): Promise<void> => {
    for (let key = rest.pop(); key !== undefined; key = rest.pop()) await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

async function allPages(client: S3Client, input: ListObjectsV2CommandInput): Promise<ListObjectsV2CommandOutput[]> {
  const pages: ListObjectsV2CommandOutput[] = [];
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await client.send(new ListObjectsV2Command({ ...input, ContinuationToken: token }));
    pages.push(page);
    token = page.NextContinuationToken;
  } while (token !== undefined && pages.length < 100);
  return pages;
}

function keysOf(pages: readonly ListObjectsV2CommandOutput[]): (string | undefined)[] {
  return pages.flatMap((page) => (page.Contents ?? []).map(({ Key }) => Key));
}
