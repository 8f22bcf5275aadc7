import { CopyObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { BUCKET, startTestEmulator } from './test-emulator.ts';
import type { TestEmulator } from './test-emulator.ts';

async function withDeny(...deny: string[]): Promise<TestEmulator & { limited: ReturnType<TestEmulator['makeClient']> }> {
  const accessKeys = { AKIATEST: { secret: 'test-secret' }, AKIALIMITED: { secret: 'limited', sessionToken: 'session', deny } };
  const world = await startTestEmulator({ accessKeys });
  const limited = world.makeClient({ credentials: { accessKeyId: 'AKIALIMITED', secretAccessKey: 'limited', sessionToken: 'session' } });
  return Object.assign(world, { limited });
}

test('a denied action is AccessDenied, others go on', async () => {
  await using world = await withDeny('s3:PutObject');
  await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'x' }));
  await expect(world.limited.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'k', Body: 'y' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(world.limited.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'c', CopySource: `${BUCKET}/k` }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await world.limited.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }));
});

test('a denied bucket is denied for everything', async () => {
  await using world = await withDeny(BUCKET);
  await expect(world.limited.send(new ListObjectsV2Command({ Bucket: BUCKET }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(world.limited.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
});

test('without s3:ListBucket a missing key is AccessDenied, not NoSuchKey', async () => {
  await using world = await withDeny('s3:ListBucket');
  await expect(world.limited.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'nowhere' }))).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a batch answers key by key when some keys are denied', async () => {
  await using world = await withDeny(`s3:DeleteObject ${BUCKET}/locked/*`);
  for (const Key of ['locked/1', 'free/1']) await world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
  const answer = await world.limited.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: 'locked/1' }, { Key: 'free/1' }] } }));
  expect([answer.Deleted?.map(({ Key }) => Key), answer.Errors?.map(({ Key, Code }) => [Key, Code])]).toEqual([['free/1'], [['locked/1', 'AccessDenied']]]);
});
