import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { CompressionCodec } from '../file/parquet-library.ts';
import { columnSnappy } from './column-snappy.ts';
import { processSnappy } from './snappy.ts';

/** The page compressions that Redshift documents for Parquet: https://docs.aws.amazon.com/redshift/latest/dg/c-spectrum-data-files.html */
export type Compression = 'snappy' | 'gzip' | 'zstd' | 'uncompressed';

export interface Codec {
  /** Number of the codec in the footer. */
  readonly id: CompressionCodec;
  /** Whether a result, or the thread pool, may hold on to what was compressed. */
  readonly keepsInput: boolean;
  readonly compress: CompressPage;
  /** For the data pages of one column, in order. */
  readonly compressColumn: () => CompressPage;
}

/** Snappy is quick enough for the calling thread; the others work in the thread pool. */
export type CompressPage = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

const gzipAsync = promisify(gzip);
const zstdAsync = promisify(zstdCompress);
/** Measured at half the size of Snappy for a quarter more time; higher levels cost far more than they save. */
const ZSTD_LEVEL = 1;

export function codecOf(compression: Compression): Codec {
  switch (compression) {
    case 'snappy': {
      const { compress } = processSnappy();
      return { id: CompressionCodec.SNAPPY, keepsInput: false, compress, compressColumn: () => columnSnappy(compress) };
    }
    case 'gzip':
      return alike(CompressionCodec.GZIP, (bytes) => gzipAsync(bytes));
    case 'zstd':
      return alike(CompressionCodec.ZSTD, (bytes) => zstdAsync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }));
    case 'uncompressed':
      return alike(CompressionCodec.UNCOMPRESSED, (bytes) => bytes);
  }
}

function alike(id: CompressionCodec, compress: CompressPage): Codec {
  return { id, keepsInput: true, compress, compressColumn: () => compress };
}
