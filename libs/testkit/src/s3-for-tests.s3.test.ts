import { expect, test } from 'vitest';
import { s3ForTests } from './s3-for-tests.ts';

test('the server answers, and asks for a signature', async () => {
  await using s3 = await s3ForTests();
  const answer = await fetch(`${s3.endpoint}/${s3.bucket}/${s3.prefix}nothing`);
  expect(answer.status).toBe(403);
  await answer.text();
});

test('two handles share the server and have prefixes of their own', async () => {
  await using first = await s3ForTests();
  await using second = await s3ForTests();
  expect(second.endpoint).toBe(first.endpoint);
  expect(second.prefix).not.toBe(first.prefix);
  expect(first.prefix.endsWith('/')).toBe(true);
});
