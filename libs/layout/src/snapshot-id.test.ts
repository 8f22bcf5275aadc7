import fc from 'fast-check';
import { expect, test } from 'vitest';
import { snapshotId } from './snapshot-id.ts';

test('the time and the random bytes are the ULID of the specification', () => {
  expect(snapshotId(new Date(1_469_918_176_385), new Uint8Array(10))).toBe('01ARYZ6S410000000000000000');
  expect(snapshotId(new Date(1_469_918_176_385), new Uint8Array(10).fill(255))).toBe('01ARYZ6S41ZZZZZZZZZZZZZZZZ');
});

test('later ids sort after earlier ones', () => {
  const moment = fc.tuple(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.uint8Array({ minLength: 10, maxLength: 10 }));
  fc.assert(
    fc.property(moment, moment, ([a, left], [b, right]) => {
      fc.pre(a < b);
      expect(snapshotId(new Date(a), left) < snapshotId(new Date(b), right)).toBe(true);
    }),
  );
});

test('too few random bytes are refused', () => {
  expect(() => snapshotId(new Date(), new Uint8Array(9))).toThrow(RangeError);
});
