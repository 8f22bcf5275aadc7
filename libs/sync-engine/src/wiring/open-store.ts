import type { ResolvedS3 } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import type { S3Store } from '@tidemark/s3-store';

/** The bucket of an S3 configuration. No request is sent yet; the S3 client is loaded. */
export async function openStore(s3: ResolvedS3, logger: Logger): Promise<S3Store> {
  const { createS3Store } = await import('@tidemark/s3-store');
  const { performance } = s3;
  return createS3Store({
    bucket: s3.bucket,
    region: s3.region,
    endpoint: s3.endpoint,
    forcePathStyle: s3.forcePathStyle,
    credentials: s3.credentials,
    wholeBytes: performance.multipartThreshold,
    pieceBytes: performance.multipartChunkBytes,
    uploadConcurrency: performance.maxConcurrency,
    maxConnections: performance.maxPoolConnections,
    retry: { attempts: performance.retryMaxAttempts },
    retryMode: performance.retryMode,
    logger,
  });
}
