// A process that holds a lease: told the bucket by its environment, it says what happens line by line, and on a line of
// input tries to write the watermark that it read in the beginning.
import { once } from 'node:events';
import { initialWatermark } from '@tidemark/layout';
import { createLeaseStore, createWatermarkStore } from '../src/index.ts';
import { TASK } from './fixtures.ts';
import { openS3, type BucketAccess } from './open-s3.ts';

const { access, watermarkPath } = JSON.parse(process.env['LEASE_HOLDER']!) as { access: BucketAccess; watermarkPath: string };
const say = (what: string): boolean => process.stdout.write(`${what}\n`);
const store = openS3(access);
const watermarks = createWatermarkStore({ store, watermarkPath });
const leases = createLeaseStore({ store, watermarkPath, ttlMs: 5_000, heartbeatMs: 1_000 });
const stored = await watermarks.read(TASK);
const lease = await leases.acquire(TASK, 'run-of-child', stored?.document.generation ?? 0, 0, new AbortController().signal);
lease.signal.addEventListener('abort', () => say(`aborted ${(lease.signal.reason as { code: string }).code}`));
say(`held ${lease.generation}`);

await once(process.stdin, 'data');
try {
  const document = stored?.document ?? initialWatermark(TASK, { writeId: 'child', at: new Date() });
  await watermarks.write(TASK, { ...document, generation: lease.generation, run_id: 'run-of-child' }, stored?.etag ?? null);
  say('written');
} catch (error) {
  say(`refused ${(error as { code: string }).code}`);
}
process.exit(0);
