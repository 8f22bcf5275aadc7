import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test('P6: no credential and no signed query string stays in a text', () => {
  const text = plainText(
    "-----\n error: syntax error at \"COPY t FROM 's3://b/k' ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'a''b\\\\c' SESSION_TOKEN 'tok' FORMAT\"\n File https://s3.eu-west-1.amazonaws.com/b/k.parquet?X-Amz-Signature=abc&X-Amz-Credential=d for topsecret\n-----",
    ['topsecret'],
  );
  expect(text).toBe("error: syntax error at \"COPY t FROM 's3://b/k' ACCESS_KEY_ID '[secret]' SECRET_ACCESS_KEY '[secret]' SESSION_TOKEN '[secret]' FORMAT\" File https://s3.eu-west-1.amazonaws.com/b/k.parquet for [secret]");
});

test('a long text is cut', () => {
  expect(plainText('x'.repeat(5_000))).toHaveLength(2_001);
});
