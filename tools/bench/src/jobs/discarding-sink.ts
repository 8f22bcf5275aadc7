import type { ByteSink } from '@tidemark/parquet-writer';

/** A sink that counts bytes and keeps none. */
export function discardingSink(): ByteSink {
  let byteLength = 0;
  return {
    keepsNothing: true,
    write: (chunk) => {
      byteLength += chunk.length;
      return Promise.resolve();
    },
    close: () => Promise.resolve({ etag: '"discarded"', byteLength }),
    abort: () => Promise.resolve(),
  };
}
