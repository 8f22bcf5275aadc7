import { expect, test } from 'vitest';
import { namedInText } from './copy-failure-text.ts';

test.each([
  ['The length of the data column note is longer than the length defined in the table. Table: 200, Data: 300, File name: https://s3.eu-west-1.amazonaws.com/b/k.parquet', { column: 'note', file: 'https://s3.eu-west-1.amazonaws.com/b/k.parquet' }],
  ["File 'https://s3.eu-west-1.amazonaws.com/b/k.parquet' has an incompatible Parquet schema for column 's3://b/prefix.amount'. Column type: VARCHAR, Parquet schema: optional int64 amount [i:0 d:1 r:0]", { column: 'amount', file: 'https://s3.eu-west-1.amazonaws.com/b/k.parquet' }],
  ["File 'https://x/k.parquet' column 'num' has an invalid type length. Expecting: 8 len in file: 13", { column: 'num', file: 'https://x/k.parquet' }],
  ['S3ServiceException:Access Denied,Status 403,Error AccessDenied', { column: null, file: null }],
])('%s', (text, named) => {
  expect(namedInText(text)).toEqual(named);
});
