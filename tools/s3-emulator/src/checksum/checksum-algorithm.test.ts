import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHECKSUM_ALGORITHMS, startDigest } from './checksum-algorithm.ts';
import type { ChecksumAlgorithm } from './checksum-algorithm.ts';
import { combineCrc } from './combine-crc.ts';

const digestOf = (algorithm: ChecksumAlgorithm, ...pieces: Uint8Array[]): Buffer => {
  const digest = startDigest(algorithm);
  for (const piece of pieces) digest.update(piece);
  return digest.digest();
};

test.each([
  ['CRC32', '123456789', 'cbf43926'],
  ['CRC32C', '123456789', 'e3069283'],
  ['CRC64NVME', '123456789', 'ae8b14860a799888'],
  ['CRC64NVME', '', '0000000000000000'],
  ['SHA1', '123456789', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
] as const)('%s of %j is %s', (algorithm, text, hex) => {
  expect(digestOf(algorithm, Buffer.from(text)).toString('hex')).toBe(hex);
});

test.each(CHECKSUM_ALGORITHMS)('%s is the same however the bytes are cut', (algorithm) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      expect(digestOf(algorithm, bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(digestOf(algorithm, bytes));
    }),
  );
});

test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s of a whole follows from its parts', (algorithm) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }), (parts) => {
      const combined = combineCrc(algorithm, parts.map((part) => ({ value: digestOf(algorithm, part), size: part.length })));
      expect(combined).toEqual(digestOf(algorithm, ...parts));
    }),
  );
});

test('CRC64NVME of 64 MB takes well under a second of CPU', () => {
  const bytes = randomBytes(64 * 1024 * 1024);
  const before = process.cpuUsage();
  digestOf('CRC64NVME', bytes);
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(1000);
});
