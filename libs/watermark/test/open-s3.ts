import { Secret } from '@tidemark/domain';
import { createS3Store, type S3Store } from '@tidemark/s3-store';

/** How a bucket is reached; plain data that a child process can be given. */
export interface BucketAccess {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string;
  readonly forcePathStyle: boolean;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** @param silenceMs how long an answer is waited for */
export function openS3({ accessKeyId, secretAccessKey, ...access }: BucketAccess, silenceMs = 2_000): S3Store {
  return createS3Store({ ...access, credentials: { accessKeyId, secretAccessKey: new Secret(secretAccessKey), sessionToken: null }, retry: { attempts: 3, baseMs: 5, maxMs: 20 }, idleTimeoutMs: silenceMs });
}
