import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnSnappy } from './column-snappy.ts';
import { loadNativeSnappy } from './snappy.ts';
import { snappyLiterals } from './snappy-literals.ts';

const require = createRequire(import.meta.url);
const native = require('snappy') as { uncompressSync(bytes: Uint8Array): Uint8Array };
const javascript = require('snappyjs') as { uncompress(bytes: Uint8Array): Uint8Array };

const length = fc.oneof(fc.constantFrom(0, 1, 59, 60, 61, 127, 128, 256, 65_535, 65_536, 65_537, 131_072, 2_097_152), fc.nat(300_000));

test('literals are a Snappy stream that both libraries read', () => {
  fc.assert(fc.property(length, (size) => {
    const bytes = randomBytes(size);
    const stream = snappyLiterals(bytes);
    expect(Buffer.from(native.uncompressSync(stream)).equals(bytes)).toBe(true);
    expect(Buffer.from(javascript.uncompress(new Uint8Array(stream))).equals(bytes)).toBe(true);
  }), { numRuns: 60 });
});

test('a column that does not shrink is tried at one page of sixteen', () => {
  let tried = 0;
  const compress = columnSnappy((page) => {
    tried += 1;
    return loadNativeSnappy()(page);
  });
  const pages = Array.from({ length: 33 }, () => randomBytes(10_000));
  for (const page of pages) expect(Buffer.from(native.uncompressSync(compress(page))).equals(page)).toBe(true);
  expect(tried).toBe(3);
});

test('a column that begins to shrink is compressed again, and one that shrinks always', () => {
  const compress = columnSnappy(loadNativeSnappy());
  const words = Buffer.from('the same words, '.repeat(1000));
  expect(compress(words).length).toBeLessThan(words.length / 10);
  compress(randomBytes(4000));
  expect(compress(words).length).toBeLessThan(words.length / 10);
  compress(randomBytes(10_000));
  const sizes = Array.from({ length: 20 }, () => compress(words).length);
  expect(sizes.slice(0, 15).every((size) => size > words.length)).toBe(true);
  expect(sizes.slice(15).every((size) => size < words.length / 10)).toBe(true);
});
