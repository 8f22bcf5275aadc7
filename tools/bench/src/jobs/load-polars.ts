import polars from 'nodejs-polars';
import type { LoadedRows } from './file-writer.ts';

/** nodejs-polars: a data frame. */
export function loadPolars(sample: string): Promise<LoadedRows> {
  const frame = polars.readParquet(sample);
  return Promise.resolve({ writeTo: (path) => Promise.resolve(frame.writeParquet(path, { compression: 'snappy' })) });
}
