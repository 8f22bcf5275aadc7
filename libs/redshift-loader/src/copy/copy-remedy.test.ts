import { expect, test } from 'vitest';
import { copyRemedy } from './copy-remedy.ts';

test.each([
  ['S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 0', /s3:GetObject/],
  ['The AWS Access Key Id you provided does not exist in our records.', /s3:GetObject/],
  ['Error: SignatureDoesNotMatch', /keys of the S3 configuration/],
  ['The default IAM role is not set for this cluster', /iam_role/],
  ['The bucket you are attempting to access must be addressed using the specified endpoint.', /region of the cluster/],
  ['The length of the data column note is longer than the length defined in the table. Table: 200, Data: 300', /column note .* batches restage/],
  ["File 'https://x/k.parquet' has an incompatible Parquet schema for column 's3://b/k.note'. Column type: VARCHAR", /Correct the definition or the type/],
  ["File 'https://x/k.parquet' column 'num' has an invalid type length. Expecting: 8 len in file: 13", /Correct the definition or the type/],
  ['Unmatched number of columns between table and file. Table columns: 20, Data columns: 16', /fails the same way/],
  ['The file s3://b/k.parquet specified in manifest does not exist', /is gone/],
  ['Spectrum Scan Error: File not found', /is gone.*batches restage/],
  ['HTTP response error code: 416 Message: InvalidRange The requested range is not satisfiable', /not what was staged/],
  ["File 'https://x/k.parquet' has an invalid version number", /not what was staged/],
])('%s', (text, remedy) => {
  expect(copyRemedy(text, 'note')!.join(' ')).toMatch(remedy);
});

test('words that are not known call for nothing in particular', () => {
  expect(copyRemedy('Assert', null)).toBeUndefined();
});
