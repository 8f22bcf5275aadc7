/** What housekeeping asks of an object store. Every method completes or throws. */
export interface CleaningPort {
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly byteLength: number; readonly lastModified: Date }>;
  /** Durable on return; replaces what is there. */
  put(key: string, body: Uint8Array, options: { readonly contentType: string }): Promise<unknown>;
  /** Deletes objects; in a bucket that keeps versions, a marker hides each. A key that cannot be deleted is an error. */
  deleteMany(keys: Iterable<string>): Promise<void>;
  /** Deletes every version and marker of exactly these keys. */
  deleteEveryVersion(keys: ReadonlySet<string>, prefix: string): Promise<void>;
  listUploads(prefix: string): AsyncIterable<{ readonly key: string; readonly uploadId: string; readonly initiated: Date }>;
  abortUpload(upload: { readonly key: string; readonly uploadId: string }): Promise<void>;
  /** The store's clock. */
  serverNow(): Promise<Date>;
}
