import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { chooseSnappy, loadJavaScriptSnappy, loadNativeSnappy, snappyImplementation } from './snappy.ts';

const { uncompress } = createRequire(import.meta.url)('snappyjs') as { uncompress(bytes: Uint8Array): Uint8Array };
const bytes = Buffer.from('the same words, the same words, the same words, '.repeat(5000));

test('the native addon is taken where it loads', () => {
  expect(chooseSnappy(loadNativeSnappy).implementation).toEqual({ name: 'native' });
  expect(snappyImplementation()).toEqual({ name: 'native' });
});

test('without the addon the JavaScript one compresses, and says why', () => {
  const chosen = chooseSnappy(() => {
    throw new Error("Cannot find module 'snappy'\nRequire stack: …");
  });
  expect(chosen.implementation).toEqual({ name: 'javascript', reason: "Cannot find module 'snappy'" });
  expect(Buffer.from(uncompress(chosen.compress(bytes))).equals(bytes)).toBe(true);
});

test('both write what the other reads', () => {
  const compressed = loadNativeSnappy()(bytes);
  expect(compressed.length).toBeLessThan(bytes.length / 10);
  expect(Buffer.from(uncompress(new Uint8Array(compressed))).equals(bytes)).toBe(true);
  expect(loadJavaScriptSnappy()(bytes).length).toBeLessThan(bytes.length / 10);
});
