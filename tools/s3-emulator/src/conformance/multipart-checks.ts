import { deepEqual, equal, match } from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand,
  ListMultipartUploadsCommand, ListPartsCommand, PutObjectCommand, UploadPartCommand, UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, CreateMultipartUploadCommandInput, S3Client } from '@aws-sdk/client-s3';
import type { ConformanceCheck, ConformanceContext } from './conformance-check.ts';
import { expectError } from './expect-error.ts';
import { readBody } from './read-body.ts';

const MIN_PART = 5 * 1024 * 1024;

interface Address {
  Bucket: string;
  Key: string;
  UploadId: string;
}

export const multipartChecks: readonly ConformanceCheck[] = [
  {
    name: 'parts sent in any order become one object in the order of their numbers',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/order', { Metadata: { made: 'in-parts' }, ContentType: 'text/x', ChecksumAlgorithm: 'CRC32' });
      const bodies = new Map([[2, randomBytes(MIN_PART)], [9, randomBytes(1000)], [1, randomBytes(MIN_PART + 1)]]);
      const parts = new Map<number, CompletedPart>();
      for (const [number, body] of bodies) parts.set(number === 9 ? 3 : number, await sendPart(client, upload, number === 9 ? 3 : number, body));
      const done = await complete(client, upload, [1, 2, 3].map((number) => parts.get(number)!));
      match(done.ETag ?? '', /^"[0-9a-f]{32}-3"$/);
      const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'mp/order' }));
      deepEqual(await readBody(got), Buffer.concat([bodies.get(1)!, bodies.get(2)!, bodies.get(9)!]));
      deepEqual([got.Metadata, got.ContentType, got.ETag], [{ made: 'in-parts' }, 'text/x', done.ETag]);
      const across = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'mp/order', Range: `bytes=${MIN_PART - 2}-${MIN_PART + 3}` }));
      deepEqual(await readBody(across), Buffer.concat([bodies.get(1)!.subarray(-3), bodies.get(2)!.subarray(0, 3)]));
    },
  },
  {
    name: 'the ETag is the MD5 of the parts’ MD5s with their count',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/etag', { ChecksumAlgorithm: 'CRC32' });
      const body = randomBytes(10);
      const done = await complete(client, upload, [await sendPart(client, upload, 1, body)]);
      equal(done.ETag, `"${createHash('md5').update(createHash('md5').update(body).digest()).digest('hex')}-1"`);
    },
  },
  {
    name: 'a part sent again replaces the earlier one',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/again', { ChecksumAlgorithm: 'CRC32' });
      const first = await sendPart(client, upload, 1, Buffer.from('first'));
      const second = await sendPart(client, upload, 1, Buffer.from('second'));
      await expectError(complete(client, upload, [first]), 400, 'InvalidPart');
      await complete(client, upload, [second]);
      equal((await readBody(await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'mp/again' })))).toString(), 'second');
    },
  },
  {
    name: 'a part below 5 MiB that is not the last is refused, and the upload goes on',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/small', { ChecksumAlgorithm: 'CRC32' });
      const parts = [await sendPart(client, upload, 1, randomBytes(1000)), await sendPart(client, upload, 2, randomBytes(1000))];
      await expectError(complete(client, upload, parts), 400, 'EntityTooSmall');
      await expectError(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'mp/small' })), 404);
      await complete(client, upload, parts.slice(0, 1));
    },
  },
  {
    name: 'wrong order, an unknown part, a wrong ETag, no part at all: each its error',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/wrong', { ChecksumAlgorithm: 'CRC32' });
      const one = await sendPart(client, upload, 1, randomBytes(MIN_PART));
      const two = await sendPart(client, upload, 2, randomBytes(10));
      await expectError(complete(client, upload, [two, one]), 400, 'InvalidPartOrder');
      await expectError(complete(client, upload, [one, two, { ...two, PartNumber: 3 }]), 400, 'InvalidPart');
      await expectError(complete(client, upload, [{ ...one, ETag: '"00000000000000000000000000000000"' }, two]), 400, 'InvalidPart');
      await expectError(complete(client, upload, []), 400, 'MalformedXML');
      await client.send(new AbortMultipartUploadCommand(upload));
    },
  },
  {
    name: 'part numbers go from 1 to 10000',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/numbers', { ChecksumAlgorithm: 'CRC64NVME' });
      await expectError(sendPart(client, upload, 0, Buffer.from('x')), 400, 'InvalidArgument');
      await expectError(sendPart(client, upload, 10_001, Buffer.from('x')), 400, 'InvalidArgument');
      await complete(client, upload, [await sendPart(client, upload, 10_000, Buffer.from('last'), 'CRC64NVME')]);
    },
  },
  {
    name: 'an upload is not an object, is listed, and is gone after its abort',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/abort', {});
      await expectError(client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'mp/abort' })), 404);
      deepEqual(await uploadIds(client, bucket, 'mp/abort'), [upload.UploadId]);
      await client.send(new AbortMultipartUploadCommand(upload));
      deepEqual(await uploadIds(client, bucket, 'mp/abort'), []);
      await expectError(client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' })), 404, 'NoSuchUpload');
      await expectError(client.send(new AbortMultipartUploadCommand(upload)), 404, 'NoSuchUpload');
    },
  },
  {
    name: 'parts and uploads are listed in pages',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/pages/a', { ChecksumAlgorithm: 'CRC32' });
      const other = await begin(client, bucket, 'mp/pages/b', {});
      for (const number of [3, 1, 2]) await sendPart(client, upload, number, Buffer.from(`part ${number}`));
      const first = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
      const second = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: first.NextPartNumberMarker }));
      deepEqual([first, second].map((page) => page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])), [[[1, 6], [2, 6]], [[3, 6]]]);
      deepEqual([first.IsTruncated, second.IsTruncated], [true, false]);
      const pageA = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'mp/pages/', MaxUploads: 1 }));
      const pageB = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'mp/pages/', KeyMarker: pageA.NextKeyMarker, UploadIdMarker: pageA.NextUploadIdMarker }));
      deepEqual([...(pageA.Uploads ?? []), ...(pageB.Uploads ?? [])].map(({ UploadId }) => UploadId), [upload.UploadId, other.UploadId]);
    },
  },
  {
    name: 'a completion with If-None-Match: * refuses an existing key, and the upload lives on',
    run: async ({ client, bucket }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'mp/cond', Body: 'old' }));
      const upload = await begin(client, bucket, 'mp/cond', { ChecksumAlgorithm: 'CRC32' });
      const parts = [await sendPart(client, upload, 1, Buffer.from('new'))];
      await expectError(client.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*', MultipartUpload: { Parts: parts } })), 412, 'PreconditionFailed');
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'mp/cond' }));
      await client.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*', MultipartUpload: { Parts: parts } }));
    },
  },
  {
    name: 'a completion with If-Match needs the right ETag',
    run: async ({ client, bucket }) => {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'mp/swap', Body: 'old' }));
      const upload = await begin(client, bucket, 'mp/swap', { ChecksumAlgorithm: 'CRC32' });
      const parts = [await sendPart(client, upload, 1, Buffer.from('new'))];
      await expectError(client.send(new CompleteMultipartUploadCommand({ ...upload, IfMatch: '"00000000000000000000000000000000"', MultipartUpload: { Parts: parts } })), 412, 'PreconditionFailed');
      await client.send(new CompleteMultipartUploadCommand({ ...upload, IfMatch: ETag, MultipartUpload: { Parts: parts } }));
    },
  },
  {
    name: 'a full-object CRC over several parts equals the CRC of the same bytes in one piece',
    run: async (context) => {
      for (const algorithm of ['CRC64NVME', 'CRC32', 'CRC32C'] as const) await compareFullObject(context, algorithm);
    },
  },
  {
    name: 'a composite SHA-256 is the hash of the parts’ hashes with their count',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/composite', { ChecksumAlgorithm: 'SHA256' });
      const bodies = [randomBytes(MIN_PART), randomBytes(77)];
      const parts = [await sendPart(client, upload, 1, bodies[0]!, 'SHA256'), await sendPart(client, upload, 2, bodies[1]!, 'SHA256')];
      await expectError(complete(client, upload, parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber }))), 400, 'InvalidRequest');
      const done = await complete(client, upload, parts);
      const inner = Buffer.concat(bodies.map((body) => createHash('sha256').update(body).digest()));
      deepEqual([done.ChecksumSHA256, done.ChecksumType], [`${createHash('sha256').update(inner).digest('base64')}-2`, 'COMPOSITE']);
    },
  },
  {
    name: 'a part with another checksum than the upload was begun with is refused',
    run: async ({ client, bucket }) => {
      const upload = await begin(client, bucket, 'mp/mismatch', { ChecksumAlgorithm: 'SHA256' });
      await expectError(sendPart(client, upload, 1, Buffer.from('x'), 'CRC32'), 400, 'InvalidRequest');
      await client.send(new AbortMultipartUploadCommand(upload));
    },
  },
  {
    name: 'a part can be copied from a range of an object',
    run: async ({ client, bucket }) => {
      const source = randomBytes(MIN_PART + 500);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'mp/source', Body: source }));
      const upload = await begin(client, bucket, 'mp/from-copy', {});
      const copy = { ...upload, CopySource: `${bucket}/mp/source` };
      const one = await client.send(new UploadPartCopyCommand({ ...copy, PartNumber: 1, CopySourceRange: `bytes=0-${MIN_PART - 1}` }));
      const two = await client.send(new UploadPartCopyCommand({ ...copy, PartNumber: 2, CopySourceRange: `bytes=${MIN_PART}-${MIN_PART + 499}` }));
      await complete(client, upload, [{ PartNumber: 1, ETag: one.CopyPartResult?.ETag }, { PartNumber: 2, ETag: two.CopyPartResult?.ETag }]);
      deepEqual(await readBody(await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'mp/from-copy' }))), source);
    },
  },
];

async function compareFullObject({ client, bucket }: ConformanceContext, algorithm: 'CRC64NVME' | 'CRC32' | 'CRC32C'): Promise<void> {
  const bodies = [randomBytes(MIN_PART), randomBytes(MIN_PART + 3), randomBytes(12_345)];
  const upload = await begin(client, bucket, `mp/full-${algorithm}`, { ChecksumAlgorithm: algorithm, ChecksumType: 'FULL_OBJECT' });
  const parts: CompletedPart[] = [];
  for (const [index, body] of bodies.entries()) parts.push(await sendPart(client, upload, index + 1, body, algorithm));
  const done = await complete(client, upload, parts);
  const whole = await client.send(new PutObjectCommand({ Bucket: bucket, Key: `mp/whole-${algorithm}`, Body: Buffer.concat(bodies), ChecksumAlgorithm: algorithm }));
  deepEqual([done[`Checksum${algorithm}`], done.ChecksumType], [whole[`Checksum${algorithm}`], 'FULL_OBJECT']);
}

async function begin(client: S3Client, bucket: string, key: string, settings: Partial<CreateMultipartUploadCommandInput>): Promise<Address> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ...settings }));
  return { Bucket: bucket, Key: key, UploadId: UploadId! };
}

async function sendPart(client: S3Client, upload: Address, number: number, body: Buffer, algorithm?: 'CRC64NVME' | 'CRC32' | 'CRC32C' | 'SHA256'): Promise<CompletedPart> {
  const sent = await client.send(new UploadPartCommand({ ...upload, PartNumber: number, Body: body, ChecksumAlgorithm: algorithm }));
  const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA256 } = sent;
  return { PartNumber: number, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA256 };
}

function complete(client: S3Client, upload: Address, parts: CompletedPart[]) {
  return client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
}

async function uploadIds(client: S3Client, bucket: string, prefix: string): Promise<(string | undefined)[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }));
  return Uploads.map(({ UploadId }) => UploadId);
}
