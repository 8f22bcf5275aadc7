import { Secret } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { copyAuthorization } from './copy-authorization.ts';

const keys = { accessKeyId: 'EXAMPLEKEYID7', secretAccessKey: new Secret('secret'), sessionToken: new Secret('token') };

test.each(['default', 'arn:aws:iam::123456789012:role/copy', 'arn:aws:iam::123456789012:role/copy,arn:aws:iam::210987654321:role/read'])('the roles of the target go before keys: %s', (iamRole) => {
  expect(copyAuthorization({ name: 'dw', iamRole }, { name: 's3_qa', credentials: keys })).toEqual({ iamRole });
});

test('without a role, the keys with their token', () => {
  expect(copyAuthorization({ name: 'dw', iamRole: null }, { name: 's3_qa', credentials: keys })).toBe(keys);
});

test('with neither, both places are named', () => {
  expect(() => copyAuthorization({ name: 'dw', iamRole: null }, { name: 's3_qa', credentials: null })).toThrow(expect.objectContaining({ code: 'COPY_AUTHORIZATION_MISSING', details: { target: 'dw', s3_config: 's3_qa' } }));
});
