import assert from 'node:assert/strict';
import type { ListedObject, ObjectStore } from '../object-store.ts';

/** One case of the conformance suite: it works below the prefix and asserts with node:assert. */
export interface ObjectStoreCase {
  readonly name: string;
  run(store: ObjectStore, prefix: string): Promise<void>;
}

const MIB = 1024 * 1024;
const failsWith = (code: string) => (error: unknown): boolean => {
  assert.equal((error as { code?: unknown }).code, code);
  return true;
};
async function keysOf(listing: AsyncIterable<ListedObject>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listing) keys.push(key);
  return keys;
}
async function manyAtOnce<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: 16 }, async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  }));
}

/** What every object store must do. The same cases run on memory, on the S3 emulator, and on any S3 that is given. */
export const OBJECT_STORE_CASES: readonly ObjectStoreCase[] = [
  {
    name: 'what is not there is null, not an error',
    async run(store, prefix) {
      assert.equal(await store.get(`${prefix}none`), null);
      assert.equal(await store.getText(`${prefix}none`), null);
      assert.equal(await store.head(`${prefix}none`), null);
    },
  },
  {
    name: 'an object comes back as it was written, with its ETag, length and dates',
    async run(store, prefix) {
      const body = Uint8Array.from({ length: 70_000 }, (_, at) => at % 251);
      const { etag, date } = await store.put(`${prefix}a`, body, { contentType: 'application/x-test' });
      const found = await store.get(`${prefix}a`);
      assert.ok(found !== null && Buffer.from(found.body).equals(body));
      assert.equal(found.etag, etag);
      assert.equal(found.byteLength, 70_000);
      assert.ok(Math.abs(found.lastModified.getTime() - date.getTime()) <= 2_000);
      assert.ok(found.date >= date);
      assert.equal(found.date.getMilliseconds(), 0);
      const { body: _body, date: _date, ...info } = found;
      assert.deepEqual({ ...(await store.head(`${prefix}a`)), date: undefined }, { ...info, date: undefined });
      assert.ok(store.serverDate !== null && store.serverDate >= found.date);
    },
  },
  {
    name: 'an empty object is an object',
    async run(store, prefix) {
      await store.put(`${prefix}empty`, '');
      assert.equal((await store.getText(`${prefix}empty`))?.text, '');
    },
  },
  {
    name: 'text must be UTF-8',
    async run(store, prefix) {
      await store.put(`${prefix}text`, 'é日😀');
      assert.equal((await store.getText(`${prefix}text`))?.text, 'é日😀');
      await store.put(`${prefix}bytes`, Uint8Array.of(0x61, 0xff));
      await assert.rejects(store.getText(`${prefix}bytes`), failsWith('STORE_ANSWER_INVALID'));
    },
  },
  {
    name: 'keys may hold any character, and come back from a listing',
    async run(store, prefix) {
      const keys = ['a b', 'a+b', 'a%20b', "a'b", 'a"b', 'a&b', 'a<b', 'a=b', 'a!b', 'a~b', 'é', '日', '😀', 'x/y z/ä'].map((key) => `${prefix}${key}`);
      for (const key of keys) await store.put(key, key);
      for (const key of keys) assert.equal((await store.getText(key))?.text, key);
      assert.deepEqual((await keysOf(store.list(prefix))).sort(), [...keys].sort());
      await store.deleteMany(keys);
      assert.deepEqual(await keysOf(store.list(prefix)), []);
    },
  },
  {
    name: 'If-None-Match creates once',
    async run(store, prefix) {
      const { etag } = await store.put(`${prefix}once`, '1', { ifNoneMatch: '*' });
      await assert.rejects(store.put(`${prefix}once`, '2', { ifNoneMatch: '*' }), failsWith('STORE_PRECONDITION_FAILED'));
      const found = await store.getText(`${prefix}once`);
      assert.deepEqual([found?.text, found?.etag], ['1', etag]);
    },
  },
  {
    name: 'If-Match replaces only the version that it names',
    async run(store, prefix) {
      const first = await store.put(`${prefix}doc`, '1');
      const second = await store.put(`${prefix}doc`, '2', { ifMatch: first.etag });
      assert.notEqual(second.etag, first.etag);
      await assert.rejects(store.put(`${prefix}doc`, '3', { ifMatch: first.etag }), failsWith('STORE_PRECONDITION_FAILED'));
      assert.equal((await store.getText(`${prefix}doc`))?.text, '2');
    },
  },
  {
    name: 'If-Match on an object that is not there is not found',
    async run(store, prefix) {
      await assert.rejects(store.put(`${prefix}gone`, '1', { ifMatch: '"00000000000000000000000000000000"' }), failsWith('STORE_NOT_FOUND'));
      assert.equal(await store.get(`${prefix}gone`), null);
    },
  },
  {
    name: 'I4: of many writers at once exactly one creates, and exactly one replaces',
    async run(store, prefix) {
      const race = async (options: { ifNoneMatch: '*' } | { ifMatch: string }) => {
        const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => store.put(`${prefix}race`, `writer ${at} ${JSON.stringify(options)}`, options)));
        const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
        assert.equal(won.length, 1);
        for (const outcome of outcomes) if (outcome.status === 'rejected') failsWith('STORE_PRECONDITION_FAILED')(outcome.reason);
        return won[0]!.value.etag;
      };
      const created = await race({ ifNoneMatch: '*' });
      const replaced = await race({ ifMatch: created });
      assert.equal((await store.head(`${prefix}race`))?.etag, replaced);
    },
  },
  {
    name: 'I9: a listing gives every key of the folder, in the order of UTF-8 bytes, over page borders',
    async run(store, prefix) {
      const keys = Array.from({ length: 2_003 }, (_, at) => `${prefix}list/${String(at).padStart(6, '0')}`);
      await manyAtOnce([...keys, `${prefix}list_archive/000000`, `${prefix}lis`], (key) => store.put(key, 'x'));
      assert.deepEqual(await keysOf(store.list(`${prefix}list/`)), keys);
      assert.deepEqual(await keysOf(store.list(`${prefix}list/`, { startAfter: keys[999]! })), keys.slice(1_000));
      assert.deepEqual(await keysOf(store.list(`${prefix}list/`, { startAfter: keys[2_002]! })), []);
      await store.deleteMany([...keys.slice(1), `${prefix}list/never`]);
      assert.deepEqual(await keysOf(store.list(prefix)), [`${prefix}lis`, keys[0]!, `${prefix}list_archive/000000`]);
    },
  },
  {
    name: 'keys beyond U+FFFF sort after U+FFFD, as bytes do and strings of JavaScript do not',
    async run(store, prefix) {
      const keys = ['a', '\uff61', '\ufffd', '\u{10000}', '\u{1f600}'].map((key) => `${prefix}${key}`);
      for (const key of [...keys].reverse()) await store.put(key, 'x');
      assert.deepEqual(await keysOf(store.list(prefix)), keys);
      assert.deepEqual(await keysOf(store.list(prefix, { startAfter: keys[2]! })), keys.slice(3));
    },
  },
  {
    name: 'a listing says length, ETag and date of each object',
    async run(store, prefix) {
      const { etag, date } = await store.put(`${prefix}one`, '12345');
      const listed: ListedObject[] = [];
      for await (const found of store.list(prefix)) listed.push(found);
      assert.deepEqual(listed.map(({ lastModified: _, ...rest }) => rest), [{ key: `${prefix}one`, etag, byteLength: 5 }]);
      assert.ok(Math.abs(listed[0]!.lastModified.getTime() - date.getTime()) <= 2_000);
    },
  },
  {
    name: 'a prefix that does not end in a slash is refused',
    async run(store, prefix) {
      assert.throws(() => store.list(`${prefix}orders`), failsWith('STORE_PREFIX_INVALID'));
    },
  },
  {
    name: 'deleting nothing does nothing',
    async run(store) {
      await store.deleteMany([]);
    },
  },
  {
    name: 'a small upload appears with its end, in one piece',
    async run(store, prefix) {
      const upload = store.openUpload(`${prefix}small`);
      const buffer = Buffer.from('abc');
      await upload.write(buffer);
      buffer.fill('x');
      await upload.write(Buffer.from('def'));
      assert.equal(await store.head(`${prefix}small`), null);
      const { etag, byteLength } = await upload.close();
      assert.equal(byteLength, 6);
      const found = await store.getText(`${prefix}small`);
      assert.deepEqual([found?.text, found?.etag], ['abcdef', etag]);
      await assert.rejects(upload.write(buffer), failsWith('STORE_UPLOAD_MISUSED'));
      await assert.rejects(upload.close(), failsWith('STORE_UPLOAD_MISUSED'));
      await upload.abort();
      assert.notEqual(await store.head(`${prefix}small`), null);
    },
  },
  {
    name: 'a large upload arrives whole and in order, also when the writer uses its buffer again',
    async run(store, prefix) {
      const upload = store.openUpload(`${prefix}large`);
      const expected: Buffer[] = [];
      const chunk = Buffer.alloc(777_777);
      for (let at = 0; at < 29; at++) {
        chunk.fill(at + 1);
        expected.push(Buffer.from(chunk));
        await upload.write(chunk);
      }
      assert.equal(await store.head(`${prefix}large`), null);
      const { etag, byteLength } = await upload.close();
      const whole = Buffer.concat(expected);
      assert.ok(whole.length > 20 * MIB);
      assert.equal(byteLength, whole.length);
      const found = await store.get(`${prefix}large`);
      assert.equal(found?.etag, etag);
      assert.ok(Buffer.from(found.body).equals(whole));
    },
  },
  {
    name: 'an empty upload is an empty object',
    async run(store, prefix) {
      assert.equal((await store.openUpload(`${prefix}void`).close()).byteLength, 0);
      assert.equal((await store.head(`${prefix}void`))?.byteLength, 0);
    },
  },
  {
    name: 'an upload that was given up leaves no object',
    async run(store, prefix) {
      const small = store.openUpload(`${prefix}given-up-small`);
      await small.write(Buffer.from('abc'));
      await small.abort();
      const large = store.openUpload(`${prefix}given-up-large`);
      await large.write(Buffer.alloc(18 * MIB));
      await large.abort();
      await large.abort();
      await assert.rejects(large.close(), failsWith('STORE_UPLOAD_MISUSED'));
      assert.deepEqual(await keysOf(store.list(prefix)), []);
    },
  },
  {
    name: 'the clock of the store can be asked for',
    async run(store) {
      const first = await store.serverNow();
      const second = await store.serverNow();
      assert.ok(second >= first);
      assert.ok(store.serverDate !== null && store.serverDate >= first);
    },
  },
  {
    name: 'conditional writes are proved, and the proof leaves nothing behind',
    async run(store, prefix) {
      await store.probeConditionalWrites(prefix);
      assert.deepEqual(await keysOf(store.list(prefix)), []);
    },
  },
];
