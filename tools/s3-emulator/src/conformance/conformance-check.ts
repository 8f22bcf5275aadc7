import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { ConformanceTarget } from './conformance-target.ts';

/** What a check works with. */
export interface ConformanceContext {
  target: ConformanceTarget;
  client: S3Client;
  /** A client of the same target with other settings; destroyed at the end. */
  makeClient(settings: Partial<S3ClientConfig>): S3Client;
  /** A bucket without versioning. */
  bucket: string;
  /** A bucket with versioning. */
  versionedBucket: string;
  /** The name of a bucket that this check may make; removed at the end. */
  newBucketName(): string;
}

/** One behaviour that a server must show; `run` throws when it does not. */
export interface ConformanceCheck {
  name: string;
  run(context: ConformanceContext): Promise<void>;
}
