import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../test/collect.ts';
import { openS3 } from '../test/open-s3.ts';
import { createS3Store, type S3Store, type UnfinishedUpload } from './index.ts';

// Faults are the emulator's, so these tests always use their own.
delete process.env['TEST_S3_URL'];

const MIB = 1024 * 1024;

/** How long an answer is waited for where one does not come, and where each comes, though late on a busy machine. */
const [HASTY_MS, PATIENT_MS] = [1_000, 30_000];

/** What happens to one request: it is refused, or lost on its way there, or carried out and its answer lost. */
const FAULTS = ['error-500', 'slow-down-503', 'reset-before', 'reset-after-store', 'error-after-store', 'hold-before', 'hold-after'] as const;

let s3: S3ForTests;
let patient: S3Store;
let hasty: S3Store;
let client: S3Client;
beforeAll(async () => {
  s3 = await s3ForTests();
  patient = openS3(s3, { idleTimeoutMs: PATIENT_MS, wholeBytes: MIB, uploadConcurrency: 1 });
  hasty = openS3(s3, { idleTimeoutMs: HASTY_MS, wholeBytes: MIB, uploadConcurrency: 1 });
  const { endpoint, region, forcePathStyle, accessKeyId, secretAccessKey } = s3;
  client = new S3Client({ endpoint, region, forcePathStyle, credentials: { accessKeyId, secretAccessKey } });
});
afterEach(() => {
  s3.emulator!.faults.clear();
  s3.emulator!.faults.releaseAll();
});
afterAll(async () => {
  patient.close();
  hasty.close();
  client.destroy();
  await s3[Symbol.asyncDispose]();
});

interface Call<Prepared> {
  /** What stands before it, below a folder of its own. */
  readonly prepare: (folder: string) => Promise<Prepared>;
  readonly send: (store: S3Store, folder: string, prepared: Prepared) => Promise<unknown>;
  /** True for one that sends conditional writes: it may fail, as one that a later run may repeat. */
  readonly mayFail?: boolean;
}
const call = <Prepared>(one: Call<Prepared>): Call<unknown> => one as Call<unknown>;
const nothing = (): Promise<null> => Promise.resolve(null);
const object = async (folder: string): Promise<void> => void (await patient.put(`${folder}a`, 'text'));
const uploadBegun = async (folder: string): Promise<Pick<UnfinishedUpload, 'key' | 'uploadId'>> => {
  const { UploadId: uploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key: `${folder}up` }));
  return { key: `${folder}up`, uploadId: uploadId! };
};

/** Every method of the store that sends a request. */
const CALLS: Readonly<Record<string, Call<unknown>>> = {
  get: call({ prepare: object, send: async (store, folder) => Buffer.from((await store.get(`${folder}a`))!.body).toString() }),
  getText: call({ prepare: object, send: async (store, folder) => (await store.getText(`${folder}a`))!.text }),
  head: call({ prepare: object, send: async (store, folder) => (await store.head(`${folder}a`))!.byteLength }),
  put: call({ prepare: nothing, send: async (store, folder) => (await store.put(`${folder}a`, 'text')).etag }),
  list: call({ prepare: object, send: async (store, folder) => (await collect(store.list(folder))).map(({ etag }) => etag) }),
  deleteMany: call({ prepare: object, send: (store, folder) => store.deleteMany([`${folder}a`]) }),
  deleteEveryVersion: call({ prepare: object, send: (store, folder) => store.deleteEveryVersion(new Set([`${folder}a`]), folder) }),
  serverNow: call({ prepare: nothing, send: async (store) => (await store.serverNow()) instanceof Date }),
  probeConditionalWrites: call({ prepare: nothing, send: (store, folder) => store.probeConditionalWrites(folder), mayFail: true }),
  openUpload: call({
    prepare: nothing,
    send: async (store, folder) => {
      const sink = store.openUpload(`${folder}up`);
      for (let at = 0; at < 6; at++) await sink.write(Buffer.alloc(MIB, 'tidemark'));
      return await sink.close();
    },
  }),
  'openUpload, given up': call({
    prepare: nothing,
    send: async (store, folder) => {
      const sink = store.openUpload(`${folder}up`);
      await sink.write(new Uint8Array(6 * MIB));
      await sink.abort();
    },
  }),
  listUploads: call({ prepare: uploadBegun, send: async (store, folder) => (await collect(store.listUploads(folder))).length }),
  abortUpload: call({ prepare: uploadBegun, send: (store, _folder, upload) => store.abortUpload(upload) }),
};

/** Methods that send nothing. */
const SILENT = ['close'];

let count = 0;
const folderOf = (): string => `${s3.prefix}every/${++count}/`;

/** Carried out, and the sender does not hear of it. */
const UNHEARD: readonly string[] = ['reset-after-store', 'error-after-store', 'hold-after'];

/** What is there afterwards: objects with their bytes' digests, and unfinished uploads but those that nobody heard of. */
async function stored(folder: string, unheard = 0): Promise<string> {
  const emulator = s3.emulator!;
  emulator.faults.clear();
  emulator.faults.releaseAll();
  const objects = (await collect(patient.list(folder))).map(({ key, etag }) => [key.slice(folder.length), etag]);
  return JSON.stringify([objects, (await collect(patient.listUploads(folder))).length - unheard]);
}

const operationsSince = (begin: number): string[] => s3.emulator!.requests.list().slice(begin).map(({ operation }) => operation ?? '');
const reached = new Set<string>();

test('every method of the store is among the calls', () => {
  const prototype = Object.getPrototypeOf(createS3Store({ bucket: 'example', region: 'eu-central-1' })) as object;
  const methods = Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value }]) => (typeof value === 'function' && name !== 'constructor' ? [name] : []));
  expect([...new Set(Object.keys(CALLS).map((name) => name.split(',')[0]!)), ...SILENT].toSorted()).toEqual(methods.toSorted());
});

describe.each(Object.entries(CALLS))('%s', (_name, { prepare, send, mayFail = false }) => {
  test.each(FAULTS)('gives and leaves the same, whichever of its requests meets %s', async (action) => {
    const emulator = s3.emulator!;
    const calm = folderOf();
    const prepared = await prepare(calm);
    const before = emulator.requests.list().length;
    const expected = JSON.stringify(await send(patient, calm, prepared));
    const operations = operationsSince(before);
    for (const operation of operations) reached.add(operation);
    expect(operations.length).toBeGreaterThan(0);
    const left = await stored(calm);
    for (let nth = 1; nth <= operations.length; nth++) {
      const folder = folderOf();
      const begun = await prepare(folder);
      const met = emulator.faults.add({ action, match: { nth } });
      const given = await send(action.startsWith('hold') ? hasty : patient, folder, begun).then((value) => JSON.stringify(value), (error: unknown) => error);
      const where = `request ${nth} of ${operations.join(', ')}`;
      expect(met.fired, where).toBe(1);
      if (mayFail && given instanceof Error) {
        expect(given, where).toMatchObject({ exit: 14, retry: 'later' });
        continue;
      }
      expect(given, where).toBe(expected);
      // An upload that was begun without an answer is begun once more; what it left is found by listUploads.
      const unheard = operations[nth - 1] === 'CreateMultipartUpload' && UNHEARD.includes(action) ? 1 : 0;
      expect(await stored(folder, unheard), where).toBe(left);
    }
  });
});

test('every S3 operation that the library knows was among them', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const known = new Set(sources.flatMap((name) => Array.from(readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/new (\w+)Command\(/g), ([, operation]) => operation!)));
  expect([...reached].toSorted()).toEqual([...known].toSorted());
});
