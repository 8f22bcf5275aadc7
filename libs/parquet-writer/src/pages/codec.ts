import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { CompressionCodec } from '../file/parquet-library.ts';
import { processSnappy } from './snappy.ts';

/** The page compressions that Redshift documents for Parquet: https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-data-files.html */
export type Compression = 'snappy' | 'gzip' | 'zstd' | 'uncompressed';

export interface Codec {
  /** Number of the codec in the footer. */
  readonly id: CompressionCodec;
  /** Whether a result, or the thread pool, may hold on to what was compressed. */
  readonly keepsInput: boolean;
  /** Snappy is quick enough for the calling thread; the others work in the thread pool. */
  readonly compress: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);
/** Measured at half the size of Snappy for a quarter more time; higher levels cost far more than they save. */
const ZSTD_LEVEL = 1;

export function codecOf(compression: Compression): Codec {
  switch (compression) {
    case 'snappy':
      return { id: CompressionCodec.SNAPPY, keepsInput: false, compress: processSnappy().compress };
    case 'gzip':
      return { id: CompressionCodec.GZIP, keepsInput: true, compress: (bytes) => gzipAsync(bytes) };
    case 'zstd':
      return { id: CompressionCodec.ZSTD, keepsInput: true, compress: (bytes) => zstdAsync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }) };
    case 'uncompressed':
      return { id: CompressionCodec.UNCOMPRESSED, keepsInput: true, compress: (bytes) => bytes };
  }
}
