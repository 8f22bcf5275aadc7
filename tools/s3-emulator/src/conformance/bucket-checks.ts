import { equal, ok } from 'node:assert/strict';
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, GetBucketLocationCommand, HeadBucketCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';

export const bucketChecks: readonly ConformanceCheck[] = [
  {
    name: 'a bucket is made, found, listed, and removed once it is empty',
    run: async ({ client, newBucketName }) => {
      const Bucket = newBucketName();
      await expectError(client.send(new HeadBucketCommand({ Bucket })), 404);
      await client.send(new CreateBucketCommand({ Bucket }));
      await client.send(new HeadBucketCommand({ Bucket }));
      ok((await client.send(new ListBucketsCommand({}))).Buckets?.some(({ Name }) => Name === Bucket));
      await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(0) }));
      await expectError(client.send(new DeleteBucketCommand({ Bucket })), 409, 'BucketNotEmpty');
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
      await client.send(new DeleteBucketCommand({ Bucket }));
      await expectError(client.send(new DeleteBucketCommand({ Bucket })), 404, 'NoSuchBucket');
    },
  },
  {
    name: 'a bucket tells its region',
    run: async ({ client, bucket, target }) => {
      equal((await client.send(new GetBucketLocationCommand({ Bucket: bucket }))).LocationConstraint || 'us-east-1', target.region);
      equal((await client.send(new HeadBucketCommand({ Bucket: bucket }))).BucketRegion, target.region);
    },
  },
  {
    name: 'writing to a missing bucket is 404 NoSuchBucket',
    run: ({ client, newBucketName }) => expectError(client.send(new PutObjectCommand({ Bucket: newBucketName(), Key: 'k', Body: Buffer.alloc(0) })), 404, 'NoSuchBucket'),
  },
  {
    name: 'a bucket name with capitals or underscores is refused',
    run: async ({ client, target }) => {
      await expectError(client.send(new CreateBucketCommand({ Bucket: `${target.bucketPrefix}under_score` })), 400, 'InvalidBucketName');
      await expectError(client.send(new CreateBucketCommand({ Bucket: `${target.bucketPrefix}UPPER` })), 400, 'InvalidBucketName');
    },
  },
];
