import { deepEqual, equal } from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ChecksumAlgorithm } from '@aws-sdk/client-s3';
import type { ConformanceCheck } from './conformance-check.ts';
import { expectError } from './expect-error.ts';
import { readBody } from './read-body.ts';

/** The values of `123456789` that the definitions of the algorithms give. */
const CHECK_VALUES = {
  CRC32: Buffer.from('cbf43926', 'hex').toString('base64'),
  CRC32C: Buffer.from('e3069283', 'hex').toString('base64'),
  CRC64NVME: Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
  SHA1: createHash('sha1').update('123456789').digest('base64'),
  SHA256: createHash('sha256').update('123456789').digest('base64'),
} as const;
const NAMES = Object.keys(CHECK_VALUES) as (keyof typeof CHECK_VALUES)[];

export const checksumChecks: readonly ConformanceCheck[] = [
  ...NAMES.map(
    (name): ConformanceCheck => ({
      name: `${name} given with the request is checked, kept and given back`,
      run: async ({ client, bucket }) => {
        const where = { Bucket: bucket, Key: `sum/${name}` };
        const put = await client.send(new PutObjectCommand({ ...where, Body: '123456789', [`Checksum${name}`]: CHECK_VALUES[name] }));
        equal(put[`Checksum${name}`], CHECK_VALUES[name]);
        const head = await client.send(new HeadObjectCommand({ ...where, ChecksumMode: 'ENABLED' }));
        deepEqual([head[`Checksum${name}`], head.ChecksumType], [CHECK_VALUES[name], 'FULL_OBJECT']);
        await expectError(client.send(new PutObjectCommand({ ...where, Body: '12345678x', [`Checksum${name}`]: CHECK_VALUES[name] })), 400, 'BadDigest');
        equal((await readBody(await client.send(new GetObjectCommand(where)))).toString(), '123456789');
      },
    }),
  ),
  ...NAMES.map(
    (name): ConformanceCheck => ({
      name: `${name} in the trailer of a stream is checked and kept`,
      run: async ({ client, bucket }) => {
        const body = randomBytes(150_000);
        const pieces = [body.subarray(0, 70_000), body.subarray(70_000)];
        const where = { Bucket: bucket, Key: `sum/trailer-${name}` };
        await client.send(new PutObjectCommand({ ...where, Body: Readable.from(pieces), ContentLength: body.length, ChecksumAlgorithm: name as ChecksumAlgorithm }));
        const got = await client.send(new GetObjectCommand({ ...where, ChecksumMode: 'ENABLED' }));
        deepEqual(await readBody(got), body);
        equal(typeof got[`Checksum${name}`], 'string');
      },
    }),
  ),
  {
    name: 'an object without a client’s checksum gets CRC64NVME',
    run: async ({ makeClient, bucket }) => {
      const client = makeClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'sum/default', Body: '123456789' }));
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'sum/default', ChecksumMode: 'ENABLED' }));
      equal(head.ChecksumCRC64NVME, CHECK_VALUES.CRC64NVME);
    },
  },
  {
    name: 'checksums are given only when asked for, and not for a range',
    run: async ({ makeClient, bucket }) => {
      const client = makeClient({ responseChecksumValidation: 'WHEN_REQUIRED' });
      const body = randomBytes(100);
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32BE(crc32(body));
      const where = { Bucket: bucket, Key: 'sum/asked' };
      await client.send(new PutObjectCommand({ ...where, Body: body, ChecksumCRC32: checksum.toString('base64') }));
      equal((await client.send(new HeadObjectCommand(where))).ChecksumCRC32, undefined);
      const part = await client.send(new GetObjectCommand({ ...where, Range: 'bytes=0-9', ChecksumMode: 'ENABLED' }));
      await readBody(part);
      equal(part.ChecksumCRC32, undefined);
    },
  },
  {
    name: 'Content-MD5 is checked',
    run: async ({ client, bucket }) => {
      const md5 = (text: string): string => createHash('md5').update(text).digest('base64');
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'sum/md5', Body: 'a', ContentMD5: md5('a') }));
      await expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'sum/md5', Body: 'a', ContentMD5: md5('b') })), 400, 'BadDigest');
      await expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'sum/md5', Body: 'a', ContentMD5: 'bm9uZQ==' })), 400, 'InvalidDigest');
    },
  },
  {
    name: 'a checksum value that cannot be one is refused',
    run: ({ client, bucket }) => expectError(client.send(new PutObjectCommand({ Bucket: bucket, Key: 'sum/odd', Body: 'a', ChecksumCRC32: 'abc' })), 400, 'InvalidRequest'),
  },
];
