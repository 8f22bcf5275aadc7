import { s3ForTests, type S3ForTests } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openS3 } from '../test/open-s3.ts';
import type { S3Store } from './index.ts';
import { OBJECT_STORE_CASES } from './testing/object-store-cases.ts';

describe('the store over S3', () => {
  let s3: S3ForTests;
  let store: S3Store;
  beforeAll(async () => {
    s3 = await s3ForTests();
    store = openS3(s3);
  });
  afterAll(async () => {
    store.close();
    await s3[Symbol.asyncDispose]();
  });

  test.each(OBJECT_STORE_CASES.map((entry, at) => ({ ...entry, at })))('$name', async ({ run, at }) => run(store, `${s3.prefix}case-${at}/`));
});
