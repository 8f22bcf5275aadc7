import { Secret } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { amountColumn, idColumn } from '../../test/staged-columns.ts';
import { copySql } from './copy-sql.ts';

const url = 's3://bucket/watermark/group.json';

test.each([
  [{ iamRole: 'default' }, 'IAM_ROLE default'],
  [{ iamRole: 'arn:aws:iam::123456789012:role/load,arn:aws:iam::123456789012:role/read' }, "IAM_ROLE 'arn:aws:iam::123456789012:role/load,arn:aws:iam::123456789012:role/read'"],
  [{ accessKeyId: 'AKIA', secretAccessKey: new Secret("s'e\\c"), sessionToken: null }, "ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 's''e\\\\c'"],
  [{ accessKeyId: 'AKIA', secretAccessKey: new Secret('s'), sessionToken: new Secret('t/+=') }, "ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 's' SESSION_TOKEN 't/+='"],
])('one COPY with the columns in file order: %#', (authorization, clause) => {
  expect(copySql('"stage"', [amountColumn, { ...idColumn, name: 'order"id' }], url, authorization)).toBe(`COPY "stage" ("amount", "order""id") FROM '${url}' ${clause} FORMAT AS PARQUET MANIFEST`);
});

test('nested values need SERIALIZETOJSON, and only they', () => {
  const json = { ...idColumn, name: 'payload', redshift: { name: 'SUPER' } } as const;
  expect(copySql('"stage"', [idColumn, json], url, { iamRole: 'default' })).toBe(`COPY "stage" ("id", "payload") FROM '${url}' IAM_ROLE default FORMAT AS PARQUET MANIFEST SERIALIZETOJSON`);
});
