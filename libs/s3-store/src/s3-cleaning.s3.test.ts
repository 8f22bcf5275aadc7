import { CreateBucketCommand, ListObjectVersionsCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openS3 } from '../test/open-s3.ts';
import { createS3Store, type S3Store, type UnfinishedUpload } from './index.ts';
import { Secret } from '@tidemark/domain';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('housekeeping in a bucket', () => {
  let s3: S3ForTests;
  let client: S3Client;
  const versioned = 'tidemark-versions';
  let store: S3Store;
  let plain: S3Store;
  beforeAll(async () => {
    s3 = await s3ForTests();
    const { endpoint, region, accessKeyId, secretAccessKey, forcePathStyle } = s3;
    client = new S3Client({ endpoint, region, forcePathStyle, credentials: { accessKeyId, secretAccessKey } });
    await client.send(new CreateBucketCommand({ Bucket: versioned }));
    await client.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }));
    store = createS3Store({ bucket: versioned, endpoint, region, forcePathStyle, credentials: { accessKeyId, secretAccessKey: new Secret(secretAccessKey), sessionToken: null } });
    plain = openS3(s3);
  });
  afterAll(async () => {
    store.close();
    plain.close();
    client.destroy();
    await s3[Symbol.asyncDispose]();
  });

  const versions = async (prefix: string): Promise<string[]> => {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: versioned, Prefix: prefix }));
    return [...Versions, ...DeleteMarkers].map(({ Key }) => Key!).sort();
  };

  test('every version and marker of exactly the named keys goes', async () => {
    for (const key of ['a/orders', 'a/orders', 'a/orders_history', 'a/items', 'b/orders']) await store.put(key, key);
    await store.deleteMany(['a/orders', 'a/items']);
    expect(await versions('')).toEqual(['a/items', 'a/items', 'a/orders', 'a/orders', 'a/orders', 'a/orders_history', 'b/orders']);
    await store.deleteEveryVersion(new Set(['a/orders', 'a/gone']), 'a/');
    expect(await versions('')).toEqual(['a/items', 'a/items', 'a/orders_history', 'b/orders']);
    await store.deleteEveryVersion(new Set(['a/orders']), 'a/');
  });

  test('more versions than a page holds go too', async () => {
    const keys = Array.from({ length: 450 }, (_, at) => `many/${String(at).padStart(4, '0')}`);
    for (let round = 0; round < 3; round++) await Promise.all(keys.map((key) => store.put(key, 'x')));
    await store.put('many/kept', 'x');
    await store.deleteEveryVersion(new Set(keys), 'many/');
    expect(await versions('many/')).toEqual(['many/kept']);
  });

  test('a bucket without versions loses the objects', async () => {
    await plain.put(`${s3.prefix}one`, '1');
    await plain.put(`${s3.prefix}two`, '2');
    await plain.deleteEveryVersion(new Set([`${s3.prefix}one`]), s3.prefix);
    expect((await all(plain.list(s3.prefix))).map(({ key }) => key)).toEqual([`${s3.prefix}two`]);
  });

  test('unfinished uploads are listed and given up', async () => {
    const uploads: UnfinishedUpload[] = [];
    for (let at = 0; at < 3; at++) {
      const sink = plain.openUpload(`${s3.prefix}up/${at}`);
      await sink.write(new Uint8Array(40 * 1024 * 1024));
    }
    uploads.push(...(await all(plain.listUploads(`${s3.prefix}up/`))));
    expect(uploads.map(({ key }) => key)).toEqual([0, 1, 2].map((at) => `${s3.prefix}up/${at}`));
    await plain.abortUpload(uploads[0]!);
    await plain.abortUpload(uploads[0]!);
    expect((await all(plain.listUploads(`${s3.prefix}up/`))).map(({ key }) => key)).toEqual([1, 2].map((at) => `${s3.prefix}up/${at}`));
    expect(await all(plain.listUploads(`${s3.prefix}elsewhere/`))).toEqual([]);
    for (const upload of uploads.slice(1)) await plain.abortUpload(upload);
  });

  test.each(['orders', 'a/orders'])('the prefix %s is refused: it would cut names', async (prefix) => {
    await expect(store.deleteEveryVersion(new Set(['x']), prefix)).rejects.toMatchObject({ code: 'STORE_PREFIX_INVALID' });
    await expect(all(store.listUploads(prefix))).rejects.toMatchObject({ code: 'STORE_PREFIX_INVALID' });
  });
});
