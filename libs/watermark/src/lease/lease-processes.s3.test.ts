import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { initialWatermark } from '@tidemark/layout';
import type { S3Store } from '@tidemark/s3-store';
import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TASK } from '../../test/fixtures.ts';
import { openS3, type BucketAccess } from '../../test/open-s3.ts';
import { createLeaseStore, createWatermarkStore } from '../index.ts';

/** A holder in a process of its own; `next` gives what it says, line by line. */
interface Holder {
  readonly child: ChildProcess;
  next(): Promise<string>;
}

describe('holders in processes of their own', () => {
  let s3: S3ForTests;
  let store: S3Store;
  let access: BucketAccess;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    s3 = await s3ForTests();
    const { bucket, region, endpoint, forcePathStyle, accessKeyId, secretAccessKey } = s3;
    access = { bucket, region, endpoint, forcePathStyle, accessKeyId, secretAccessKey };
    store = openS3(access);
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  afterAll(async () => {
    store.close();
    await s3[Symbol.asyncDispose]();
  });

  const start = (watermarkPath: string): Holder => {
    const script = new URL('../../test/lease-holder.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--conditions=@tidemark/source', script], { env: { ...process.env, LEASE_HOLDER: JSON.stringify({ access, watermarkPath }) }, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, next: async () => (await lines.next()).value ?? 'ended' };
  };
  const tools = (watermarkPath: string) => ({
    leases: createLeaseStore({ store, watermarkPath, ttlMs: 5_000, heartbeatMs: 1_000 }),
    watermarks: createWatermarkStore({ store, watermarkPath }),
  });
  const never = new AbortController().signal;

  test('a killed one on the same host is replaced at once', async () => {
    const path = `${s3.prefix}killed/`;
    const holder = start(path);
    expect(await holder.next()).toBe('held 1');
    const { leases } = tools(path);
    await expect(leases.acquire(TASK, 'run-2', 0, 0, never)).rejects.toMatchObject({ code: 'LEASE_HELD', exit: 11, details: { holder: { runId: 'run-of-child', pid: holder.child.pid } } });
    holder.child.kill('SIGKILL');
    await once(holder.child, 'exit');
    const lease = await leases.acquire(TASK, 'run-2', 0, 0, never);
    expect(lease.generation).toBe(2);
    await lease.release();
  });

  test('I4: one that was frozen past its lease learns it when it wakes, and can write nothing that counts', async () => {
    const path = `${s3.prefix}frozen/`;
    const { leases, watermarks } = tools(path);
    const created = await watermarks.write(TASK, initialWatermark(TASK, { writeId: 'w-1', at: new Date() }), null);
    const holder = start(path);
    expect(await holder.next()).toBe('held 1');
    holder.child.kill('SIGSTOP');
    const lease = await leases.acquire(TASK, 'run-2', 0, 30_000, never);
    expect(lease.generation).toBe(2);
    const written = await watermarks.write(TASK, { ...created.document, generation: 2, run_id: 'run-2' }, created.etag);
    holder.child.stdin!.write('go\n');
    holder.child.kill('SIGCONT');
    const said = [await holder.next(), await holder.next()].sort();
    expect(said).toEqual(['aborted LEASE_LOST', 'refused WATERMARK_CONFLICT']);
    expect((await watermarks.read(TASK))?.etag).toBe(written.etag);
    lease.assertHeld();
    await lease.release();
  });
});
