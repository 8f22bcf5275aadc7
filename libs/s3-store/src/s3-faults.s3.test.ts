import { inspect } from 'node:util';
import { Secret } from '@tidemark/domain';
import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../test/collect.ts';
import { openS3 } from '../test/open-s3.ts';
import { createS3Store, type ObjectStore, type S3Store } from './index.ts';

// Faults are the emulator's, so these tests always use their own.
delete process.env['TEST_S3_URL'];

type Emulator = NonNullable<S3ForTests['emulator']>;
type FaultSpec = Parameters<Emulator['faults']['add']>[0];

const MIB = 1024 * 1024;
const code = (expected: string, exit: number) => expect.objectContaining({ code: expected, exit });

let s3: S3ForTests;
let emulator: Emulator;
let store: S3Store;
beforeAll(async () => {
  s3 = await s3ForTests();
  emulator = s3.emulator!;
  store = openS3(s3, { idleTimeoutMs: 500 });
});
afterEach(() => {
  emulator.faults.clear();
  emulator.faults.releaseAll();
});
afterAll(async () => {
  store.close();
  await s3[Symbol.asyncDispose]();
});

let count = 0;
const freshKey = (): string => `${s3.prefix}faults/${++count}`;
const fault = (action: FaultSpec['action'], operation: string, more: Partial<FaultSpec> = {}) => emulator.faults.add({ action, match: { operation }, ...more });

describe('what has the same effect however often it arrives is sent again', () => {
  const passing: readonly (readonly [string, Partial<FaultSpec> & Pick<FaultSpec, 'action'>])[] = [
    ['a 500', { action: 'error-500' }],
    ['a 503 that asks to slow down', { action: 'slow-down-503' }],
    ['a connection that is reset', { action: 'reset-before' }],
    ['an answer that is lost', { action: 'reset-after-store' }],
    ['a clock that was set wrong', { action: 'error', code: 'RequestTimeTooSkewed' }],
    ['silence', { action: 'hold-before' }],
  ];
  const requests: readonly (readonly [string, string, (key: string) => Promise<unknown>])[] = [
    ['GetObject', 'get', async (key) => store.get(key)],
    ['HeadObject', 'head', async (key) => store.head(key)],
    ['PutObject', 'put', async (key) => store.put(key, 'x')],
    ['DeleteObjects', 'deleteMany', async (key) => store.deleteMany([key])],
    ['HeadBucket', 'serverNow', async () => store.serverNow()],
    ['ListObjectsV2', 'list', async () => collect(store.list(`${s3.prefix}faults/`))],
  ];
  describe.each(passing)('%s', (_name, spec) => {
    // The answer to HEAD has no body, so a wrong clock looks like a missing right there.
    test.each(requests.filter(([operation]) => !(spec.code === 'RequestTimeTooSkewed' && operation.startsWith('Head'))))('%s', async (operation, _method, send) => {
      const key = freshKey();
      await store.put(key, 'x');
      const met = emulator.faults.add({ times: 2, ...spec, match: { operation } });
      await send(key);
      expect(met.fired).toBe(2);
    });
  });

  test.each(['cut-body', 'corrupt-body'] as const)('I9: a body that arrives by %s is read again, never handed out', async (action) => {
    const key = freshKey();
    const body = Buffer.alloc(300_000, 'abc');
    await store.put(key, body);
    const met = fault(action, 'GetObject', { times: 2 });
    expect(Buffer.from((await store.get(key))!.body).equals(body)).toBe(true);
    expect(met.fired).toBe(2);
    fault(action, 'GetObject', { times: Infinity });
    await expect(store.get(key)).rejects.toMatchObject({ exit: 14, retry: 'later' });
  });

  test('what does not pass is an error in the end, and says that a later run may succeed', async () => {
    fault('error-500', 'GetObject', { times: Infinity });
    await expect(store.get(freshKey())).rejects.toMatchObject({ code: 'STORE_FAILING', exit: 14, retry: 'later', details: { operation: 'GetObject', awsError: 'InternalError', httpStatus: 500 } });
    fault('reset-before', 'HeadBucket', { times: Infinity });
    await expect(store.serverNow()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', exit: 14, retry: 'later' });
  });
});

describe('conditional writes are sent once', () => {
  test.each(['error-500', 'reset-before', 'reset-after-store', 'slow-down-503', 'error-after-store'] as const)('I4: after %s the caller decides', async (action) => {
    const key = freshKey();
    const met = fault(action, 'PutObject', { times: Infinity });
    await expect(store.put(key, '1', { ifNoneMatch: '*' })).rejects.toMatchObject({ exit: 14, retry: 'later' });
    expect(met.fired).toBe(1);
    emulator.faults.clear();
    expect((await store.getText(key))?.text ?? null).toBe(action.endsWith('after-store') ? '1' : null);
  });

  test('409, which proves that nothing was written, is sent again', async () => {
    const key = freshKey();
    const met = fault('error', 'PutObject', { code: 'ConditionalRequestConflict', times: 2 });
    await store.put(key, '1', { ifNoneMatch: '*' });
    expect(met.fired).toBe(2);
  });

  test('so is a request that the store refused for its clock', async () => {
    const met = fault('error', 'PutObject', { code: 'RequestTimeTooSkewed' });
    await store.put(freshKey(), '1', { ifNoneMatch: '*' });
    expect(met.fired).toBe(1);
  });
});

describe('uploads', () => {
  const body = Buffer.alloc(17 * MIB, 'tidemark');
  const upload = async (key: string, to: ObjectStore = store): Promise<string> => {
    const sink = to.openUpload(key);
    try {
      for (let at = 0; at < body.length; at += MIB) await sink.write(body.subarray(at, at + MIB));
      return (await sink.close()).etag;
    } catch (error) {
      await sink.abort();
      throw error;
    }
  };
  const openUploads = (key: string): number => {
    const begun = emulator.requests.list().filter((request) => request.key === key);
    return begun.filter(({ operation }) => operation === 'CreateMultipartUpload').length - begun.filter(({ operation }) => operation === 'AbortMultipartUpload' || operation === 'CompleteMultipartUpload').length;
  };

  test.each([
    ['CreateMultipartUpload', 'error-500'], ['CreateMultipartUpload', 'reset-after-store'], ['UploadPart', 'error-500'], ['UploadPart', 'reset-before'], ['UploadPart', 'reset-after-store'],
    ['CompleteMultipartUpload', 'error-500'], ['CompleteMultipartUpload', 'reset-before'], ['CompleteMultipartUpload', 'reset-after-store'], ['CompleteMultipartUpload', 'error-after-store'], ['CompleteMultipartUpload', 'error-in-200'],
  ] as const)('%s survives %s, and the object is whole', async (operation, action) => {
    const key = freshKey();
    const met = fault(action, operation);
    const etag = await upload(key);
    expect(met.fired).toBe(1);
    const found = await store.get(key);
    expect(found?.etag).toBe(etag);
    expect(Buffer.from(found!.body).equals(body)).toBe(true);
  });

  test('an upload that fails for good is given up in the store, and no object appears', async () => {
    const key = freshKey();
    emulator.faults.add({ action: 'error-500', match: { operation: 'UploadPart', nth: 2 }, times: Infinity });
    await expect(upload(key)).rejects.toMatchObject({ code: 'STORE_FAILING' });
    expect(await store.head(key)).toBeNull();
    expect(openUploads(key)).toBe(0);
  });

  test('an object of another writer is never taken for the own one whose completion was refused', async () => {
    const key = freshKey();
    await store.put(key, body);
    fault('error', 'CompleteMultipartUpload', { code: 'NoSuchUpload', times: Infinity });
    await expect(upload(key)).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
  });

  test('at most the allowed number of pieces is on its way at once', async () => {
    const narrow = openS3(s3, { uploadConcurrency: 1 });
    const first = fault('hold-before', 'UploadPart', { times: Infinity });
    const done = upload(freshKey(), narrow);
    await emulator.faults.waitForHeld(first.id);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(emulator.faults.held()).toHaveLength(1);
    emulator.faults.clear();
    emulator.faults.releaseAll();
    await done;
    narrow.close();
  });
});

describe('performance settings', () => {
  const sent = (key: string): readonly string[] => emulator.requests.list().filter((request) => request.key === key).map(({ operation }) => operation ?? '');
  const write = async (bytes: number, settings: Parameters<typeof openS3>[1]): Promise<readonly string[]> => {
    const own = openS3(s3, settings);
    const [key, body] = [freshKey(), Buffer.alloc(bytes, 'tidemark')];
    const sink = own.openUpload(key);
    for (let at = 0; at < body.length; at += MIB) await sink.write(body.subarray(at, at + MIB));
    const { byteLength } = await sink.close();
    const operations = sent(key);
    expect([byteLength, Buffer.from((await own.get(key))!.body).equals(body)]).toEqual([bytes, true]);
    own.close();
    return operations;
  };

  test('an object up to the threshold is one request, one byte more is an upload in pieces', async () => {
    expect(await write(17 * MIB, { wholeBytes: 17 * MIB })).toEqual(['PutObject']);
    const pieces = await write(17 * MIB, { wholeBytes: 17 * MIB - 1 });
    expect([pieces[0], pieces.filter((operation) => operation === 'UploadPart').length, pieces.at(-1)]).toEqual(['CreateMultipartUpload', 4, 'CompleteMultipartUpload']);
  });

  test('a threshold below the size of a piece makes an upload of one piece', async () => {
    expect(await write(2 * MIB, { wholeBytes: MIB })).toEqual(['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload']);
  });

  test('pieces have the size that is asked for', async () => {
    expect((await write(33 * MIB, { pieceBytes: 32 * MIB })).filter((operation) => operation === 'UploadPart')).toHaveLength(2);
  });

  test('a request is sent as often as is asked for, the first included', async () => {
    const own = openS3(s3, { retry: { attempts: 2, baseMs: 1, maxMs: 1 } });
    const met = fault('error-500', 'PutObject', { times: Infinity });
    await expect(own.put(freshKey(), 'x')).rejects.toMatchObject({ code: 'STORE_FAILING' });
    expect(met.fired).toBe(2);
    own.close();
  });

  test('adaptive: after the store asked to slow down, all requests keep a pace', async () => {
    const own = openS3(s3, { retryMode: 'adaptive' });
    fault('slow-down-503', 'PutObject');
    await own.put(freshKey(), 'x');
    const begin = performance.now();
    await Promise.all(Array.from({ length: 4 }, () => own.put(freshKey(), 'x')));
    // Four requests at the slowest pace of two per second; without a pace they take milliseconds.
    expect(performance.now() - begin).toBeGreaterThan(500);
    own.close();
  });
});

test('objects whose bytes the signature does not cover arrive whole', async () => {
  const unsigned = openS3(s3, { signPayload: false });
  const key = freshKey();
  const body = Buffer.alloc(12 * MIB, 'unsigned');
  const sink = unsigned.openUpload(key);
  await sink.write(body);
  await sink.close();
  expect(Buffer.from((await unsigned.get(key))!.body).equals(body)).toBe(true);
  await unsigned.put(key, 'small', { ifMatch: (await unsigned.head(key))!.etag });
  expect((await unsigned.getText(key))?.text).toBe('small');
  unsigned.close();
});

describe('I9: deletions', () => {
  test('a key that could not be deleted is an error that names it; the others are gone', async () => {
    const keys = [freshKey(), freshKey(), freshKey()];
    for (const key of keys) await store.put(key, 'x');
    fault('fail-keys', 'DeleteObjects', { keys: new RegExp(`${keys[1]}$`), times: Infinity });
    await expect(store.deleteMany(keys)).rejects.toMatchObject({ code: 'STORE_DELETE_INCOMPLETE', exit: 14, details: { leftCount: 1, left: [{ key: keys[1], awsError: 'InternalError' }] } });
    expect(await Promise.all(keys.map(async (key) => (await store.head(key)) !== null))).toEqual([false, true, false]);
  });

  test('one that fails once is deleted by the second try', async () => {
    const key = freshKey();
    await store.put(key, 'x');
    fault('fail-keys', 'DeleteObjects', { keys: /faults/ });
    await store.deleteMany([key]);
    expect(await store.head(key)).toBeNull();
  });
});

describe('what is wrong is said, with the right exit code and without secrets', () => {
  const credentials = (accessKeyId: string, secret: string) => ({ credentials: { accessKeyId, secretAccessKey: new Secret(secret), sessionToken: null } });
  const everyMethod = async (broken: ObjectStore): Promise<unknown[]> => {
    const sends = [broken.get('a/b'), broken.head('a/b'), broken.put('a/b', 'x'), broken.put('a/b', 'x', { ifNoneMatch: '*' }), broken.deleteMany(['a/b']), collect(broken.list('a/')), broken.serverNow(), broken.openUpload('a/b').close(), broken.probeConditionalWrites('a/')];
    return (await Promise.allSettled(sends)).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : 'no error'));
  };
  const texts = (error: unknown): string => `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${(error as Error).stack}`;

  test('a bucket that does not exist: exit 14, never an empty answer', async () => {
    const missing = openS3(s3, { bucket: 'tidemark-no-such-bucket' });
    for (const error of await everyMethod(missing)) expect(error).toEqual(code('STORE_BUCKET_MISSING', 14));
    missing.close();
  });

  test('a bucket without rights: exit 12', async () => {
    const { accessKeyId, secretAccessKey } = emulator.powerless;
    const powerless = openS3(s3, credentials(accessKeyId, secretAccessKey));
    for (const error of await everyMethod(powerless)) {
      expect(error).toEqual(code('STORE_ACCESS_DENIED', 12));
      expect(texts(error)).not.toContain(secretAccessKey);
    }
    powerless.close();
  });

  test('a wrong secret, a key that nobody knows: exit 12', async () => {
    for (const [id, secret] of [[s3.accessKeyId, 'WRONG-SECRET-0123456789'], ['KEY_NOBODY_KNOWS', 'WRONG-SECRET-0123456789']] as const) {
      const wrong = openS3(s3, credentials(id, secret));
      await expect(wrong.put('a/b', 'x')).rejects.toEqual(code('STORE_CREDENTIALS', 12));
      for (const error of await everyMethod(wrong)) {
        expect(error).toMatchObject({ exit: 12 });
        for (const secretText of [secret, 'Signature=', 'AWS4-HMAC', 'Authorization', id]) expect(texts(error)).not.toContain(secretText);
      }
      wrong.close();
    }
  });

  test('nobody at the endpoint: exit 14, and a later run may succeed', async () => {
    const nobody = openS3(s3, { endpoint: 'http://127.0.0.1:1', retry: { attempts: 2, baseMs: 1, maxMs: 1 } });
    for (const error of await everyMethod(nobody)) {
      expect(error).toEqual(code('STORE_UNREACHABLE', 14));
      expect(error).toMatchObject({ retry: 'later', details: { awsError: 'ECONNREFUSED' } });
    }
    nobody.close();
  });

  test('no credentials anywhere: exit 12', async () => {
    const clean = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' });
    const none = createS3Store({ bucket: s3.bucket, region: s3.region, endpoint: s3.endpoint, forcePathStyle: true });
    await expect(none.get('a')).rejects.toEqual(code('STORE_CREDENTIALS', 12));
    none.close();
    for (const name of ['AWS_EC2_METADATA_DISABLED', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) delete process.env[name];
    Object.assign(process.env, clean);
  });

  test('the settings can be logged: the secret stays hidden', () => {
    const settings = { bucket: 'shop-lake', region: 'eu-central-1', ...credentials('AKIAEXAMPLE', 'TOP-SECRET') };
    expect(`${inspect(settings, { depth: 5 })} ${JSON.stringify(settings)}`).not.toContain('TOP-SECRET');
    const open = createS3Store(settings);
    expect(inspect(open, { depth: 10, showHidden: true })).not.toContain('TOP-SECRET');
    open.close();
  });
});

test('a store that has not answered yet is not waited for long, and one that has is', async () => {
  const fresh = openS3(s3, { idleTimeoutMs: 1_500, firstAnswerTimeoutMs: 100 });
  try {
    fault('hold-before', 'PutObject');
    const begun = performance.now();
    await expect(fresh.put(freshKey(), 'x', { ifNoneMatch: '*' })).rejects.toEqual(code('STORE_UNREACHABLE', 14));
    expect(performance.now() - begun).toBeLessThan(1_000);
    emulator.faults.clear();
    emulator.faults.releaseAll();
    await fresh.serverNow();
    fault('hold-before', 'PutObject');
    const later = performance.now();
    await expect(fresh.put(freshKey(), 'x', { ifNoneMatch: '*' })).rejects.toEqual(code('STORE_UNREACHABLE', 14));
    expect(performance.now() - later).toBeGreaterThan(1_000);
  } finally {
    fresh.close();
  }
});
