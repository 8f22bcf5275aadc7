import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { request as httpRequest } from 'node:http';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand,
  ListObjectsV2Command, ListPartsCommand, PutBucketVersioningCommand, PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { presign } from '../src/conformance/signed-request.ts';
import { BUCKET, startTestEmulator, targetOf } from './test-emulator.ts';
import type { TestEmulator } from './test-emulator.ts';

const put = ({ client }: TestEmulator, Key: string, Body: string | Buffer) => client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
const files = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name))).sort();
};
const bodies = async ({ dataDir }: TestEmulator): Promise<string[]> => (await files(dataDir)).filter((name) => name.startsWith('bodies/'));

test('a restart over the same folder has objects, versions, markers, uploads and parts again', async () => {
  await using world = await startTestEmulator();
  await put(world, 'plain/é', 'body');
  await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'meta', Body: 'm', Metadata: { a: '1' }, ContentType: 'text/x' }));
  await world.client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
  await put(world, 'versions', '1');
  await put(world, 'versions', '2');
  await world.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'versions' }));
  const { UploadId } = await world.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'mp', ChecksumAlgorithm: 'CRC32' }));
  const part = await world.client.send(new UploadPartCommand({ Bucket: BUCKET, Key: 'mp', UploadId, PartNumber: 1, Body: 'part' }));
  const seen = async () => {
    const { Contents } = await world.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    const { Versions, DeleteMarkers } = await world.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
    const { Parts } = await world.client.send(new ListPartsCommand({ Bucket: BUCKET, Key: 'mp', UploadId }));
    const got = await world.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'meta' }));
    return { Contents, Versions, DeleteMarkers, Parts, metadata: got.Metadata, type: got.ContentType, body: await got.Body!.transformToString() };
  };
  const before = await seen();
  await world.restart();
  expect(await seen()).toEqual(before);
  await world.restart();
  expect(await seen()).toEqual(before);
  await world.client.send(new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key: 'mp', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] } }));
  await world.restart();
  expect(await (await world.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'mp' }))).Body!.transformToString()).toBe('part');
});

test('a journal line cut short by a kill is as if it never was; files nobody names are removed', async () => {
  await using world = await startTestEmulator();
  await put(world, 'kept', 'k');
  await world.emulator.close();
  await appendFile(join(world.dataDir, 'journal.jsonl'), '[{"kind":"version-added","bucket":"shop-data","key":"half');
  await writeFile(join(world.dataDir, 'bodies', 'orphan'), 'x');
  await writeFile(join(world.dataDir, 'incoming', 'unfinished'), 'x');
  await world.restart();
  expect((await world.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents?.map(({ Key }) => Key)).toEqual(['kept']);
  expect(await bodies(world)).toHaveLength(1);
  expect(await readdir(join(world.dataDir, 'incoming'))).toEqual([]);
  await put(world, 'next', 'n');
  await world.restart();
  expect((await world.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount).toBe(2);
});

test('bodies lie under made-up names and go when nothing names them', async () => {
  await using world = await startTestEmulator();
  await put(world, 'orders/1', 'first');
  const [file] = await bodies(world);
  expect(file).toMatch(/^bodies\/[0-9a-f-]{36}$/);
  expect(await readFile(join(world.dataDir, file!), 'utf8')).toBe('first');
  await put(world, 'orders/1', 'second');
  await expect.poll(() => bodies(world)).toHaveLength(1);
  await world.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'orders/1' }));
  await expect.poll(() => bodies(world)).toEqual([]);
  const { UploadId } = await world.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'mp' }));
  await world.client.send(new UploadPartCommand({ Bucket: BUCKET, Key: 'mp', UploadId, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'CRC64NVME' }));
  expect(await bodies(world)).toHaveLength(1);
  await world.client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key: 'mp', UploadId }));
  await expect.poll(() => bodies(world)).toEqual([]);
});

test('keys that look like paths leave no trace outside of the folder’s own files', async () => {
  await using world = await startTestEmulator();
  for (const key of ['a/../b', '/etc/passwd', 'a/./b', '....//', '%2e%2e/x', 'nul\u0001l', '\\..\\x', 'bodies/x', 'journal.jsonl']) await put(world, key, 'hostile');
  expect((await files(world.dataDir)).filter((name) => !/^(journal\.jsonl|bodies\/[0-9a-f-]{36})$/.test(name))).toEqual([]);
  expect(await bodies(world)).toHaveLength(9);
});

test('an object is read to its end though it is deleted meanwhile', async () => {
  await using world = await startTestEmulator();
  const body = Buffer.alloc(20_000_000, 'z');
  await put(world, 'reading', body);
  const got = await world.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'reading' }));
  await world.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'reading' }));
  expect(body.equals(Buffer.from(await got.Body!.transformToByteArray()))).toBe(true);
  await expect.poll(() => bodies(world)).toEqual([]);
});

test('an upload whose connection breaks leaves neither object nor file', async () => {
  await using world = await startTestEmulator();
  const url = await presign(targetOf(world), { method: 'PUT', path: `/${BUCKET}/cut` });
  await new Promise<void>((resolve) => {
    const outgoing = httpRequest(url, { method: 'PUT', headers: { 'content-length': '5000000' } });
    outgoing.on('error', () => resolve());
    outgoing.write(Buffer.alloc(2_000_000), () => outgoing.destroy(new Error('cut')));
  });
  await expect.poll(() => world.emulator.requests.list().at(-1)).toMatchObject({ operation: 'PutObject', status: 0 });
  expect((await world.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount).toBe(0);
  expect(await files(world.dataDir)).toEqual(['journal.jsonl']);
});

test('dates come from the clock: headers, Last-Modified, listings', async () => {
  const now = new Date('2030-02-03T04:05:06.789Z');
  await using world = await startTestEmulator({ clock: () => now });
  const client = world.makeClient({ systemClockOffset: now.getTime() - Date.now() });
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'x' }));
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(Contents?.[0]?.LastModified?.toISOString()).toBe('2030-02-03T04:05:06.000Z');
  const response = await fetch(`${world.emulator.url}/${BUCKET}/k`);
  await response.text();
  expect(response.headers.get('date')).toBe('Sun, 03 Feb 2030 04:05:06 GMT');
  expect((await stat(world.dataDir)).isDirectory()).toBe(true);
});
