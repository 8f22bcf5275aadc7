import { createHash } from 'node:crypto';
import { silentLogger } from '@tidemark/domain';
import { decodeText } from '../decode-text.ts';
import { StoreError } from '../errors.ts';
import { compareKeys, listingPrefix } from '../key-order.ts';
import type { ByteSink, ListedObject, ListOptions, ObjectCleaner, ObjectInfo, ObjectStore, PutOptions, PutResult, StoredObject, UnfinishedUpload } from '../object-store.ts';
import { probeConditionalWrites } from '../probe-conditional-writes.ts';

/** One request to the store in memory. */
export interface MemoryRequest {
  readonly operation: 'get' | 'head' | 'put' | 'list' | 'delete' | 'upload' | 'now';
  /** The key, the listing's prefix, or the first key to delete; empty for `now`. */
  readonly key: string;
  /** From 1, over all requests of the store. */
  readonly number: number;
}

/** Hooks around every request; what they throw is what the caller gets. */
export interface MemoryFaults {
  /** Before the request has an effect: throwing means that it never arrived. */
  before?(request: MemoryRequest): void | Promise<void>;
  /** After its effect: throwing means that its answer was lost. */
  after?(request: MemoryRequest): void | Promise<void>;
}

export interface MemoryStoreOptions {
  readonly bucket?: string;
  /** The store's clock in milliseconds since 1970; the machine's by default. */
  readonly now?: () => number;
  readonly faults?: MemoryFaults;
}

/** An object store in memory with the semantics of S3: conditions, ETags, dates in whole seconds, order of keys. */
export interface MemoryStore extends ObjectStore, ObjectCleaner {
  /** Every key, in order. */
  keys(): readonly string[];
}

interface Entry {
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
}

const PIECE_BYTES = 8 * 1024 * 1024;

export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  return new InMemory(options);
}

class InMemory implements MemoryStore {
  readonly bucket: string;
  serverDate: Date | null = null;
  readonly #objects = new Map<string, Entry>();
  /** Begun and not ended, by their ids. */
  readonly #uploads = new Map<string, UnfinishedUpload>();
  readonly #now: () => number;
  readonly #faults: MemoryFaults;
  #requestCount = 0;
  #uploadCount = 0;

  constructor({ bucket = 'memory', now = Date.now, faults = {} }: MemoryStoreOptions) {
    this.bucket = bucket;
    this.#now = now;
    this.#faults = faults;
  }

  keys(): readonly string[] {
    return [...this.#objects.keys()].sort(compareKeys);
  }

  async get(key: string): Promise<StoredObject | null> {
    return this.#request('get', key, (date) => {
      const entry = this.#objects.get(key);
      return entry === undefined ? null : { ...infoOf(key, entry, date), body: Uint8Array.from(entry.body) };
    });
  }

  async getText(key: string): Promise<(ObjectInfo & { readonly text: string }) | null> {
    const found = await this.get(key);
    if (found === null) return null;
    const { body, ...info } = found;
    return { ...info, text: decodeText(this.bucket, key, body) };
  }

  async head(key: string): Promise<ObjectInfo | null> {
    return this.#request('head', key, (date) => {
      const entry = this.#objects.get(key);
      return entry === undefined ? null : infoOf(key, entry, date);
    });
  }

  async put(key: string, body: Uint8Array | string, { ifNoneMatch, ifMatch }: PutOptions = {}): Promise<PutResult> {
    const bytes = Buffer.from(body);
    return this.#request('put', key, (date) => {
      const existing = this.#objects.get(key);
      if (ifMatch !== undefined && existing === undefined) throw this.#error('STORE_NOT_FOUND', key);
      if ((ifNoneMatch !== undefined && existing !== undefined) || (ifMatch !== undefined && ifMatch !== existing?.etag)) throw this.#error('STORE_PRECONDITION_FAILED', key);
      return { etag: this.#store(key, bytes, date), date };
    });
  }

  list(prefix: string, { startAfter }: ListOptions = {}): AsyncIterable<ListedObject> {
    listingPrefix(prefix);
    return this.#pages(prefix, startAfter);
  }

  async deleteMany(keys: Iterable<string>): Promise<void> {
    const all = [...new Set(keys)];
    if (all.length === 0) return;
    await this.#request('delete', all[0]!, () => {
      for (const key of all) this.#objects.delete(key);
    });
  }

  openUpload(key: string): ByteSink {
    const chunks: Buffer[] = [];
    const uploadId = `upload-${++this.#uploadCount}`;
    let state: 'open' | 'closed' | 'aborted' = 'open';
    const mustBeOpen = (): void => {
      if (state !== 'open') throw new StoreError('STORE_UPLOAD_MISUSED', { message: `The upload of ${key} is ${state}.`, details: { key } });
    };
    return {
      keepsNothing: true,
      write: async (bytes) => {
        mustBeOpen();
        if (!this.#uploads.has(uploadId)) this.#uploads.set(uploadId, { key, uploadId, initiated: new Date(this.#now()) });
        chunks.push(Buffer.from(bytes));
      },
      close: async () => {
        mustBeOpen();
        state = 'aborted';
        const body = Buffer.concat(chunks);
        const etag = await this.#request('upload', key, (date) => this.#store(key, body, date));
        state = 'closed';
        this.#uploads.delete(uploadId);
        return { etag, byteLength: body.length };
      },
      abort: async () => {
        if (state === 'open') state = 'aborted';
        this.#uploads.delete(uploadId);
      },
    };
  }

  /** The store in memory keeps one version of each object. */
  async deleteEveryVersion(keys: ReadonlySet<string>, prefix: string): Promise<void> {
    listingPrefix(prefix);
    await this.deleteMany(keys);
  }

  async *listUploads(prefix: string): AsyncGenerator<UnfinishedUpload> {
    yield* await this.#request('list', listingPrefix(prefix), () => [...this.#uploads.values()].filter(({ key }) => key.startsWith(prefix)));
  }

  async abortUpload({ key, uploadId }: Pick<UnfinishedUpload, 'key' | 'uploadId'>): Promise<void> {
    await this.#request('delete', key, () => void this.#uploads.delete(uploadId));
  }

  async serverNow(): Promise<Date> {
    return this.#request('now', '', (date) => date);
  }

  async probeConditionalWrites(prefix: string): Promise<void> {
    await probeConditionalWrites(this, prefix, silentLogger);
  }

  async *#pages(prefix: string, startAfter: string | undefined): AsyncGenerator<ListedObject> {
    const found = await this.#request('list', prefix, (date) =>
      this.keys().filter((key) => key.startsWith(prefix) && (startAfter === undefined || compareKeys(key, startAfter) > 0)).map((key) => {
        const { etag, byteLength, lastModified } = infoOf(key, this.#objects.get(key)!, date);
        return { key, etag, byteLength, lastModified };
      }),
    );
    yield* found;
  }

  /** The effect is one step, as it is in S3; what stands around it may let others in between. */
  async #request<T>(operation: MemoryRequest['operation'], key: string, effect: (date: Date) => T): Promise<T> {
    const request: MemoryRequest = { operation, key, number: ++this.#requestCount };
    await this.#faults.before?.(request);
    const date = new Date(Math.floor(this.#now() / 1000) * 1000);
    let outcome: { readonly value: T } | { readonly error: unknown };
    try {
      outcome = { value: effect(date) };
    } catch (error) {
      outcome = { error };
    }
    await this.#faults.after?.(request);
    this.serverDate = date;
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  #store(key: string, body: Buffer, date: Date): string {
    const digest = createHash('md5').update(body).digest('hex');
    const etag = body.length > PIECE_BYTES ? `"${digest}-${Math.ceil(body.length / PIECE_BYTES)}"` : `"${digest}"`;
    this.#objects.set(key, { body, etag, lastModified: date });
    return etag;
  }

  #error(code: 'STORE_NOT_FOUND' | 'STORE_PRECONDITION_FAILED', key: string): StoreError {
    return new StoreError(code, { message: `PutObject on s3://${this.bucket}/${key} failed.`, details: { operation: 'PutObject', bucket: this.bucket, key } });
  }
}

function infoOf(key: string, entry: Entry, date: Date): ObjectInfo {
  return { key, etag: entry.etag, byteLength: entry.body.length, lastModified: entry.lastModified, date };
}
