import { DeleteObjectCommand, DeleteObjectsCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { BUCKET, startTestEmulator } from './test-emulator.ts';
import type { TestEmulator } from './test-emulator.ts';

const put = ({ client }: TestEmulator, Key: string, Body = 'x', more: { IfNoneMatch?: string; IfMatch?: string } = {}) => client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
const exists = async ({ client }: TestEmulator, Key: string): Promise<boolean> => {
  try {
    await client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    return true;
  } catch (error) {
    if ((error as { name: string }).name === 'NotFound') return false;
    throw error;
  }
};

test('error-500 and slow-down-503 meet as many requests as they say, and store nothing', async () => {
  await using world = await startTestEmulator();
  world.emulator.faults.add({ action: 'error-500', match: { operation: 'PutObject' } });
  await expect(put(world, 'a')).rejects.toMatchObject({ name: 'InternalError', $metadata: { httpStatusCode: 500 } });
  expect(await exists(world, 'a')).toBe(false);
  const slow = world.emulator.faults.add({ action: 'slow-down-503', match: { key: /^a/ }, times: 2 });
  await expect(put(world, 'a')).rejects.toMatchObject({ name: 'SlowDown' });
  await put(world, 'b');
  await expect(put(world, 'ab')).rejects.toMatchObject({ name: 'SlowDown' });
  await put(world, 'a');
  expect(slow.fired).toBe(2);
});

test('nth lets the earlier requests pass; error answers with any code', async () => {
  await using world = await startTestEmulator();
  world.emulator.faults.add({ action: 'error', code: 'AccessDenied', match: { method: 'PUT', nth: 3 } });
  await put(world, '1');
  await put(world, '2');
  await expect(put(world, '3')).rejects.toMatchObject({ name: 'AccessDenied' });
  await put(world, '4');
});

test('reset-before stores nothing, reset-after-store stores, error-after-store stores; none tells the client', async () => {
  await using world = await startTestEmulator();
  world.emulator.faults.add({ action: 'reset-before', match: { key: 'before' } });
  world.emulator.faults.add({ action: 'reset-after-store', match: { key: 'after' } });
  world.emulator.faults.add({ action: 'error-after-store', match: { key: 'error' } });
  await expect(put(world, 'before')).rejects.toThrow();
  await expect(put(world, 'after')).rejects.toThrow();
  await expect(put(world, 'error')).rejects.toMatchObject({ name: 'InternalError' });
  expect([await exists(world, 'before'), await exists(world, 'after'), await exists(world, 'error')]).toEqual([false, true, true]);
  await expect(put(world, 'after', 'again', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  const statuses = world.emulator.requests.list().filter(({ operation }) => operation === 'PutObject').map(({ key, status }) => [key, status]);
  expect(statuses).toEqual([['before', 0], ['after', 0], ['error', 500], ['after', 412]]);
});

test('delay waits', async () => {
  await using world = await startTestEmulator();
  world.emulator.faults.add({ action: 'delay', delayMs: 150 });
  const began = performance.now();
  await put(world, 'late');
  expect(performance.now() - began).toBeGreaterThanOrEqual(145);
});

test('cut-body ends in an error after the headers, corrupt-body is found by the checksum', async () => {
  await using world = await startTestEmulator();
  await put(world, 'body', 'y'.repeat(500_000));
  const read = async (): Promise<string> => (await world.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'body' }))).Body!.transformToString();
  world.emulator.faults.add({ action: 'cut-body' });
  await expect(read()).rejects.toThrow();
  world.emulator.faults.add({ action: 'corrupt-body' });
  await expect(read()).rejects.toThrow(/checksum/i);
  expect(await read()).toBe('y'.repeat(500_000));
});

test('stale-list shows what was there when the fault was added', async () => {
  await using world = await startTestEmulator();
  await put(world, 'old');
  await put(world, 'kept');
  world.emulator.faults.add({ action: 'stale-list' });
  await put(world, 'new');
  await world.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'old' }));
  const list = async () => (await world.client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents?.map(({ Key }) => Key);
  expect(await list()).toEqual(['kept', 'old']);
  expect(await list()).toEqual(['kept', 'new']);
});

test('fail-keys fails single keys of a batch', async () => {
  await using world = await startTestEmulator();
  await put(world, 'a/1');
  await put(world, 'b/1');
  world.emulator.faults.add({ action: 'fail-keys', keys: /^b\// });
  const answer = await world.client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: [{ Key: 'a/1' }, { Key: 'b/1' }] } }));
  expect([answer.Deleted?.map(({ Key }) => Key), answer.Errors?.map(({ Key, Code }) => [Key, Code])]).toEqual([['a/1'], [['b/1', 'InternalError']]]);
  expect([await exists(world, 'a/1'), await exists(world, 'b/1')]).toEqual([false, true]);
});

test('error-in-200: a completion may fail behind a status of 200', async () => {
  await using world = await startTestEmulator();
  const { UploadId } = await world.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: 'mp', ChecksumAlgorithm: 'CRC32' }));
  const part = await world.client.send(new UploadPartCommand({ Bucket: BUCKET, Key: 'mp', UploadId, PartNumber: 1, Body: 'x' }));
  world.emulator.faults.add({ action: 'error-in-200', match: { operation: 'CompleteMultipartUpload' } });
  const complete = () => world.client.send(new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key: 'mp', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 }] } }));
  await expect(complete()).rejects.toMatchObject({ name: 'InternalError' });
  expect(await exists(world, 'mp')).toBe(false);
  await complete();
});

test('hold-received: a write that arrived takes effect after its release, though its client is gone', async () => {
  await using world = await startTestEmulator();
  const fault = world.emulator.faults.add({ action: 'hold-received', match: { operation: 'PutObject' } });
  const abort = new AbortController();
  const late = world.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'late', Body: 'x' }), { abortSignal: abort.signal });
  const held = await world.emulator.faults.waitForHeld(fault.id);
  expect(held).toMatchObject({ operation: 'PutObject', bucket: BUCKET, key: 'late', at: 'hold-received' });
  abort.abort();
  await expect(late).rejects.toThrow();
  expect(await exists(world, 'late')).toBe(false);
  expect(world.emulator.faults.release(held.requestId)).toBe(true);
  await expect.poll(() => exists(world, 'late')).toBe(true);
});

test('hold-received: the condition is judged after the release', async () => {
  await using world = await startTestEmulator();
  const fault = world.emulator.faults.add({ action: 'hold-received', match: { operation: 'PutObject' } });
  const late = put(world, 'once', 'late', { IfNoneMatch: '*' });
  const held = await world.emulator.faults.waitForHeld(fault.id);
  await put(world, 'once', 'first', { IfNoneMatch: '*' });
  world.emulator.faults.release(held.requestId);
  await expect(late).rejects.toMatchObject({ name: 'PreconditionFailed' });
});

test('a deletion that succeeds while a conditional write is on its way makes it 409', async () => {
  await using world = await startTestEmulator();
  const { ETag } = await put(world, 'swap', '1');
  const fault = world.emulator.faults.add({ action: 'hold-received', match: { operation: 'PutObject' } });
  const late = put(world, 'gone', '1', { IfNoneMatch: '*' });
  const held = await world.emulator.faults.waitForHeld(fault.id);
  await put(world, 'gone', '2');
  await world.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone' }));
  world.emulator.faults.release(held.requestId);
  await expect(late).rejects.toMatchObject({ name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } });
  await put(world, 'swap', '2', { IfMatch: ETag });
});

test('hold-commit: another conditional write of the key is 409, an unconditional one goes through and wins', async () => {
  await using world = await startTestEmulator();
  const fault = world.emulator.faults.add({ action: 'hold-commit', match: { operation: 'PutObject' } });
  const first = put(world, 'k', 'first', { IfNoneMatch: '*' });
  const held = await world.emulator.faults.waitForHeld(fault.id);
  await expect(put(world, 'k', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'ConditionalRequestConflict' });
  await put(world, 'other', 'x', { IfNoneMatch: '*' });
  await put(world, 'k', 'plain');
  world.emulator.faults.release(held.requestId);
  await expect(first).rejects.toMatchObject({ name: 'PreconditionFailed' });
});

test('hold-before and hold-after: before nothing is stored, after it is', async () => {
  await using world = await startTestEmulator();
  for (const action of ['hold-before', 'hold-after'] as const) {
    const fault = world.emulator.faults.add({ action, match: { key: action } });
    const request = put(world, action);
    const held = await world.emulator.faults.waitForHeld(fault.id);
    expect(await world.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: action }))).toMatchObject({ KeyCount: action === 'hold-after' ? 1 : 0 });
    world.emulator.faults.release(held.requestId);
    await request;
  }
});

test('waiting for a request that never comes ends; closing releases what is held', async () => {
  await using world = await startTestEmulator();
  await expect(world.emulator.faults.waitForHeld(undefined, 20)).rejects.toThrow('no request was held within 20 ms');
  const fault = world.emulator.faults.add({ action: 'hold-before' });
  const request = put(world, 'held');
  const failed = expect(request).rejects.toThrow();
  await world.emulator.faults.waitForHeld(fault.id);
  await world.emulator.close();
  await failed;
});

test('a fault that makes no sense is refused', async () => {
  await using world = await startTestEmulator();
  const { faults } = world.emulator;
  expect(() => faults.add({ action: 'error' })).toThrow(TypeError);
  expect(() => faults.add({ action: 'delay' })).toThrow(TypeError);
  expect(() => faults.add({ action: 'fail-keys' })).toThrow(TypeError);
  expect(() => faults.add({ action: 'explode' as 'error' })).toThrow(TypeError);
  expect(() => faults.add({ action: 'error-500', times: 0 })).toThrow(TypeError);
});
