import { Secret } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { hashKeyFingerprint } from './hash-key-fingerprint.ts';

test('keys are told apart, and none is given away', () => {
  const key = 'an-invented-key-of-32-characters';
  const fingerprint = hashKeyFingerprint(new Secret(key));
  expect(fingerprint).toMatch(/^v1:[0-9a-f]{16}$/);
  expect(hashKeyFingerprint(new Secret(key))).toBe(fingerprint);
  expect(hashKeyFingerprint(new Secret(`${key}.`))).not.toBe(fingerprint);
});
