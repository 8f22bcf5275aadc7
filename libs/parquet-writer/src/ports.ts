/**
 * Where the bytes of one file go, in order.
 *
 * A chunk is the sink's until its promise resolves. Then its memory is given up: a sink that needs the bytes longer has copied them.
 * `abort` may be called once at any time before `close` has resolved, also while another call is pending and after one has failed.
 */
export interface ByteSink {
  /** Resolves when the sink can take more. */
  write(chunk: Uint8Array): Promise<void>;
  /** The file is durable on return; `byteLength` is what was stored. */
  close(): Promise<{ etag: string; byteLength: number }>;
  /** Gives the file up: nothing of it remains visible. */
  abort(): Promise<void>;
}

/** Opens the sink of a new file under an object key. */
export type SinkOpener = (key: string) => Promise<ByteSink>;
