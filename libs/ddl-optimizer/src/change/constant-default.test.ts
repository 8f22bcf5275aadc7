import type { SourceColumn } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { stageColumn } from '../stage-column.ts';
import { DEFAULT_TYPE_POLICIES } from '../type-policies.ts';
import { sourceColumn } from '../../test/source-column.ts';
import { constantDefault } from './constant-default.ts';

const defaultOf = (type: string, fields: Partial<SourceColumn>, version: string) => {
  const column = sourceColumn(type, fields);
  return constantDefault(column, stageColumn(column, 'c', DEFAULT_TYPE_POLICIES)!.staged, version)?.literal;
};

test.each([
  ['int', '5', '5', '5'], ['decimal(10,2)', '1.50', '1.50', '1.50'], ['double', '0.5', '0.5', 'CAST(0.5 AS DOUBLE PRECISION)'],
  ['varchar(20)', "'it''s'", "it's", "'it''s'"], ['varchar(20)', "'5'", '5', "'5'"], ["enum('a','b')", "'a'", 'a', "'a'"], ['char(4)', "'a  '", 'a  ', "'a'"],
  ['date', "'2026-01-31'", '2026-01-31', "'2026-01-31'"], ['datetime(3)', "'2026-01-31 10:00:00.000'", '2026-01-31 10:00:00.000', "'2026-01-31 10:00:00.000'"],
])('%s DEFAULT %s', (type, mariadb, mysql, literal) => {
  expect(defaultOf(type, { defaultExpression: mariadb }, '10.11.0-MariaDB')).toBe(literal);
  expect(defaultOf(type, { defaultExpression: mysql }, '8.4.0')).toBe(literal);
});

test.each([
  ['no default and NULL', 'int', { defaultExpression: null }, '8.4.0', null], ['NULL as MariaDB names it', 'int', { defaultExpression: 'NULL' }, '10.11.0-MariaDB', null],
  ['the text NULL', 'varchar(9)', { defaultExpression: 'NULL' }, '8.4.0', "'NULL'"], ['NOT NULL without a default', 'int', { defaultExpression: null, isNullable: false }, '8.4.0', undefined],
  ['an expression of MySQL', 'datetime', { defaultExpression: 'CURRENT_TIMESTAMP', extra: 'default_generated' }, '8.4.0', undefined], ['an expression of MariaDB', 'varchar(36)', { defaultExpression: 'uuid()' }, '10.11.0-MariaDB', undefined],
  ['a generated column', 'int', { extra: 'stored generated' }, '8.4.0', undefined], ['a zero date', 'date', { defaultExpression: '0000-00-00' }, '8.4.0', undefined],
  ['a TIMESTAMP, shown in the session’s zone', 'timestamp', { defaultExpression: '2026-01-31 10:00:00' }, '8.4.0', undefined], ['a backslash', 'varchar(9)', { defaultExpression: 'a\\b' }, '8.4.0', undefined],
  ['bytes', 'varbinary(4)', { defaultExpression: 'ab' }, '8.4.0', undefined],
] as const)('%s', (_case, type, fields, version, literal) => {
  expect(defaultOf(type, fields, version)).toBe(literal);
});
