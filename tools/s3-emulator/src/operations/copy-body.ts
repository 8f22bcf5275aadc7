import { createHash } from 'node:crypto';
import { startDigest } from '../checksum/checksum-algorithm.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import type { S3Store } from '../store/s3-store.ts';
import type { StagedBody, StoredBody } from './operation.ts';

/** Copies stored bytes into a new file, computing their digests on the way. */
export async function copyBody(store: S3Store, source: StoredBody, algorithm: ChecksumAlgorithm): Promise<StagedBody> {
  const md5 = createHash('md5');
  const digest = startDigest(algorithm);
  const writer = store.files.create();
  const reading = store.files.read(source.segments, source.start, source.end);
  try {
    for await (const piece of reading.pieces) {
      md5.update(piece);
      digest.update(piece);
      await writer.write(piece);
    }
    const segment = await writer.finish();
    return {
      size: segment.size,
      md5: md5.digest(),
      checksum: { algorithm, value: digest.digest().toString('base64'), sent: false },
      segment,
      publish: () => store.files.publish(segment),
      discard: () => writer.discard(),
    };
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await reading.end();
  }
}
