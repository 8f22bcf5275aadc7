import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { ConformanceContext } from './conformance-check.ts';
import type { ConformanceTarget } from './conformance-target.ts';
import { removeBucket } from './remove-bucket.ts';

/** A context with its buckets made. */
export interface OpenConformance {
  context: ConformanceContext;
  /** Removes every bucket of this run with everything in it. */
  close(): Promise<void>;
}

/** Makes the buckets the checks share. */
export async function openConformance(target: ConformanceTarget): Promise<OpenConformance> {
  const clients: S3Client[] = [];
  const buckets: string[] = [];
  const makeClient: ConformanceContext['makeClient'] = (settings) => {
    const client = new S3Client({
      endpoint: target.url,
      region: target.region,
      forcePathStyle: true,
      credentials: { accessKeyId: target.accessKeyId, secretAccessKey: target.secretAccessKey },
      maxAttempts: 1,
      requestStreamBufferSize: 65_536,
      ...settings,
    });
    clients.push(client);
    return client;
  };
  const newBucketName = (): string => {
    const name = `${target.bucketPrefix}${randomBytes(6).toString('hex')}`;
    buckets.push(name);
    return name;
  };
  const client = makeClient({});
  const close = async (): Promise<void> => {
    for (const bucket of buckets) await removeBucket(client, bucket);
    for (const each of clients) each.destroy();
  };
  try {
    const bucket = newBucketName();
    const versionedBucket = newBucketName();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    await client.send(new CreateBucketCommand({ Bucket: versionedBucket }));
    await client.send(new PutBucketVersioningCommand({ Bucket: versionedBucket, VersioningConfiguration: { Status: 'Enabled' } }));
    return { context: { target, client, makeClient, bucket, versionedBucket, newBucketName }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
