/** What every answer carries: when the store gave it, by its own clock (HTTP Date: whole seconds). */
interface Answered {
  readonly date: Date;
}

export interface ObjectInfo extends Answered {
  readonly key: string;
  /** As the store gives it, quotes included. */
  readonly etag: string;
  readonly byteLength: number;
  /** When the object was written, by the store's clock, whole seconds. */
  readonly lastModified: Date;
}

export interface StoredObject extends ObjectInfo {
  readonly body: Uint8Array;
}

export interface PutOptions {
  /** Only when there is no such object. */
  readonly ifNoneMatch?: '*';
  /** Only over the version with this ETag. */
  readonly ifMatch?: string;
  readonly contentType?: string;
}

export interface PutResult extends Answered {
  readonly etag: string;
}

export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly byteLength: number;
  readonly lastModified: Date;
}

export interface ListOptions {
  /** Keys that sort after this one only. */
  readonly startAfter?: string;
}

/** Takes an object's bytes in pieces. Nothing is visible in the store before `close` resolves. */
export interface ByteSink {
  /** `write` copies: the caller may use the memory again when it has resolved. */
  readonly keepsNothing: true;
  /** Copies the bytes and resolves when more may come; slow while uploads are behind. Throws what an earlier piece threw. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the object. Durable and complete on return; not repeatable. */
  close(): Promise<{ readonly etag: string; readonly byteLength: number }>;
  /** Gives the upload up; no object appears. May be repeated; does nothing after a `close` that succeeded. */
  abort(): Promise<void>;
}

/**
 * Objects of one bucket. Every method completes or throws a StoreError; a missing bucket is never an empty one.
 * Reads, listings, deletions and unconditional writes are repeated on failures that may pass; conditional writes are sent
 * once, because a second try cannot tell its own first from somebody else's: after an error other than
 * `STORE_PRECONDITION_FAILED` the caller reads back.
 */
export interface ObjectStore {
  readonly bucket: string;
  /** Null when there is no such object. */
  get(key: string): Promise<StoredObject | null>;
  /** The object as text, which must be UTF-8; null when there is no such object. */
  getText(key: string): Promise<(ObjectInfo & { readonly text: string }) | null>;
  /** Null when there is no such object. */
  head(key: string): Promise<ObjectInfo | null>;
  /**
   * Writes an object. Durable on return.
   * @throws StoreError `STORE_PRECONDITION_FAILED` when a condition does not hold: nothing was written by this request
   * @throws StoreError `STORE_NOT_FOUND` for `ifMatch` on an object that is not there
   */
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<PutResult>;
  /**
   * Every object whose key begins with the prefix, in the order of the keys' UTF-8 bytes, page by page to the end.
   * @param prefix ends in `/`, or is empty for the whole bucket: `orders/` never lists `orders_archive/`
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<ListedObject>;
  /**
   * Deletes these objects; a key that is not there counts as deleted. Every key is tried. May be repeated.
   * @throws StoreError `STORE_DELETE_INCOMPLETE` with the keys that are left in its details
   */
  deleteMany(keys: Iterable<string>): Promise<void>;
  /** Begins an object that is written in pieces; the key must belong to this writer alone. */
  openUpload(key: string, options?: { readonly contentType?: string }): ByteSink;
  /** The store's clock, asked for. */
  serverNow(): Promise<Date>;
  /** Date of the newest answer; null before the first. */
  readonly serverDate: Date | null;
  /**
   * Proves with a small object below the prefix that the store honours If-None-Match and If-Match; deletes it again.
   * @throws StoreError `STORE_CONDITIONAL_UNSUPPORTED`
   */
  probeConditionalWrites(prefix: string): Promise<void>;
}

/** A multipart upload that was begun and not ended. Its pieces cost as much as objects and are seen by no listing of objects. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  /** By the store's clock. */
  readonly initiated: Date;
}

/** What housekeeping needs besides. */
export interface ObjectCleaner {
  /**
   * Removes every version and delete marker of these keys, for buckets that keep versions. May be repeated.
   * @param prefix ends in `/` or is empty; every key lies below it
   * @throws StoreError `STORE_DELETE_INCOMPLETE` with what is left in its details
   */
  deleteEveryVersion(keys: ReadonlySet<string>, prefix: string): Promise<void>;
  /** Every unfinished upload to a key that begins with the prefix, to the end or with an error. */
  listUploads(prefix: string): AsyncIterable<UnfinishedUpload>;
  /** Gives an upload up. May be repeated. */
  abortUpload(upload: Pick<UnfinishedUpload, 'key' | 'uploadId'>): Promise<void>;
}
