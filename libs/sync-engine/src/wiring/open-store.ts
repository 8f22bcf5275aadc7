import type { ResolvedS3 } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import { createS3Store, type S3Store } from '@tidemark/s3-store';

/** The bucket of an S3 configuration. No request is sent yet. */
export function openStore(s3: ResolvedS3, logger: Logger): S3Store {
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
