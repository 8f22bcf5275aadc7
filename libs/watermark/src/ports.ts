/** A version of an object. */
export interface StoredVersion {
  readonly body: Uint8Array;
  readonly etag: string;
  /** When it was written, by the store's clock. */
  readonly lastModified: Date;
  /** When the store gave this answer, by the same clock. */
  readonly date: Date;
}

/** Thrown by `put` when its condition does not hold. */
export const PRECONDITION_FAILED = 'STORE_PRECONDITION_FAILED';
/** Thrown by `put` with `ifMatch` when there is no such object. */
export const NOT_FOUND = 'STORE_NOT_FOUND';

/**
 * What this library needs of an object store. Errors are TidemarkErrors with the two codes above where they apply; any other
 * one leaves open whether a write has happened, and `retry` says whether it may be sent again.
 */
export interface DocumentStore {
  /** Null only when the object does not exist; repeats by itself what may pass. */
  get(key: string): Promise<StoredVersion | null>;
  /** Durable on return. A conditional write is sent once; one without a condition may be repeated by the store. */
  put(key: string, body: Uint8Array, options: { readonly ifNoneMatch?: '*'; readonly ifMatch?: string; readonly contentType: string }): Promise<{ readonly etag: string; readonly date: Date }>;
  /** Every key of a folder after `startAfter`, in the order of UTF-8 bytes, to the end or with an error. */
  list(prefix: string, options: { readonly startAfter?: string }): AsyncIterable<{ readonly key: string }>;
  /** The store's clock. */
  serverNow(): Promise<Date>;
}
