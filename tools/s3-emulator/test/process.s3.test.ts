import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectFaults } from '../src/faults/fault-client.ts';
import { CONTROL_TOKEN, startEmulatorProcess } from './emulator-process.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 's3-process-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const clientOf = (endpoint: string): S3Client =>
  new S3Client({ endpoint, region: 'eu-central-1', forcePathStyle: true, maxAttempts: 1, requestStreamBufferSize: 65_536, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret' } });

test('a client process killed while its request is held: the write takes effect after the release', async () => {
  await using emulator = await startEmulatorProcess(dataDir);
  const faults = connectFaults({ url: emulator.controlUrl, token: CONTROL_TOKEN });
  const faultId = await faults.add({ action: 'hold-received', match: { operation: 'PutObject', key: /^zombie\// } });
  const writer = spawn(process.execPath, [fileURLToPath(new URL('put-and-wait.ts', import.meta.url)), emulator.url, 'zombie/1'], { stdio: 'inherit' });
  const exited = once(writer, 'exit');
  const held = await faults.waitForHeld(faultId, 30_000);
  expect(held).toMatchObject({ key: 'zombie/1', at: 'hold-received' });
  expect(await faults.held()).toHaveLength(1);
  writer.kill('SIGKILL');
  await exited;
  const client = clientOf(emulator.url);
  const head = () => client.send(new HeadObjectCommand({ Bucket: 'shop-data', Key: 'zombie/1' }));
  await expect(head()).rejects.toMatchObject({ name: 'NotFound' });
  expect(await faults.release(held.requestId)).toBe(true);
  await expect.poll(() => head().then((answer) => answer.ContentLength, () => 0)).toBeGreaterThan(0);
  expect(await faults.fired(faultId)).toBe(1);
  expect((await faults.requests()).map(({ operation, key }) => [operation, key])).toContainEqual(['PutObject', 'zombie/1']);
  client.destroy();
});

test('an emulator killed with SIGKILL has everything it had answered when it starts again', async () => {
  const client = await (async () => {
    await using first = await startEmulatorProcess(dataDir);
    const writer = clientOf(first.url);
    for (let index = 0; index < 50; index += 1) await writer.send(new PutObjectCommand({ Bucket: 'shop-data', Key: `k/${index}`, Body: `body ${index}` }));
    writer.destroy();
    const exited = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await exited;
    return clientOf;
  })();
  await using second = await startEmulatorProcess(dataDir);
  const reader = client(second.url);
  for (let index = 0; index < 50; index += 1) {
    const got = await reader.send(new GetObjectCommand({ Bucket: 'shop-data', Key: `k/${index}` }));
    expect(await got.Body!.transformToString()).toBe(`body ${index}`);
  }
  reader.destroy();
});

test('200 MB go in and out without growing the process by them', async () => {
  await using emulator = await startEmulatorProcess(dataDir);
  const client = clientOf(emulator.url);
  const peakKiB = async (): Promise<number> => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${emulator.child.pid}/status`, 'utf8'))?.[1]);
  await client.send(new PutObjectCommand({ Bucket: 'shop-data', Key: 'small', Body: 'x' }));
  const before = await peakKiB();
  const piece = Buffer.alloc(1024 * 1024, 'm');
  await client.send(new PutObjectCommand({ Bucket: 'shop-data', Key: 'large', Body: Readable.from(Array.from({ length: 200 }, () => piece)), ContentLength: 200 * piece.length }));
  const got = await client.send(new GetObjectCommand({ Bucket: 'shop-data', Key: 'large' }));
  let size = 0;
  for await (const chunk of got.Body as Readable) size += (chunk as Buffer).length;
  expect(size).toBe(200 * piece.length);
  expect(((await peakKiB()) - before) / 1024).toBeLessThan(100);
  client.destroy();
});

test('the control port wants its token and says what it does not know', async () => {
  await using emulator = await startEmulatorProcess(dataDir);
  const wrong = connectFaults({ url: emulator.controlUrl, token: 'guess' });
  await expect(wrong.requests()).rejects.toThrow('bearer token');
  const faults = connectFaults({ url: emulator.controlUrl, token: CONTROL_TOKEN });
  await expect(faults.add({ action: 'delay' })).rejects.toThrow('delayMs');
  await expect(faults.waitForHeld(undefined, 20)).rejects.toThrow('no request was held');
  const faultId = await faults.add({ action: 'error-500', times: Infinity });
  const client = clientOf(emulator.url);
  const head = () => client.send(new HeadObjectCommand({ Bucket: 'shop-data', Key: 'k' }));
  for (let round = 0; round < 3; round += 1) await expect(head()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  await faults.remove(faultId);
  await expect(head()).rejects.toMatchObject({ name: 'NotFound' });
  client.destroy();
});

test('a command line that makes no sense ends with 2 and the usage', () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const { S3_EMULATOR_ACCESS_KEYS: _keys, ...environment } = process.env;
  const ended = spawnSync(process.execPath, ['--conditions=@tidemark/source', main, '--data', dataDir], { encoding: 'utf8', env: environment });
  expect([ended.status, ended.stderr]).toEqual([2, expect.stringContaining('S3_EMULATOR_ACCESS_KEYS is not set')]);
});
