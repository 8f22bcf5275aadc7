/**
 * Where the bytes of one file go, in order.
 *
 * A chunk belongs to the sink from the call on. `abort` may be called once at any time before `close` has resolved,
 * also while another call is pending and after one has failed.
 */
export interface ByteSink {
  /** True: a chunk is not looked at any more when its promise has resolved. Its memory may then be given up, which spares the garbage collector. */
  readonly keepsNothing?: boolean;
  /** Resolves when the sink can take more. */
  write(chunk: Uint8Array): Promise<void>;
  /** The file is durable on return; `byteLength` is what was stored. */
  close(): Promise<{ etag: string; byteLength: number }>;
  /** Gives the file up: nothing of it remains visible. */
  abort(): Promise<void>;
}

/** Opens the sink of a new file under an object key. */
export type SinkOpener = (key: string) => Promise<ByteSink>;
