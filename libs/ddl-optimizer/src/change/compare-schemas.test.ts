import type { KnownSchema, SourceColumn } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { planTable, type PlanOptions } from '../plan-table.ts';
import { DEFAULT_TYPE_POLICIES } from '../type-policies.ts';
import { sourceColumn, sourceTable } from '../../test/source-column.ts';
import { compareSchemas, schemaChangeText } from './compare-schemas.ts';

const ID = sourceColumn('bigint', { name: 'id', isNullable: false });
const OPTIONS = { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] };
const planned = (columns: readonly SourceColumn[], options: Partial<PlanOptions> = {}, primaryKey = ['id']) => {
  const source = sourceTable([ID, ...columns], { primaryKey });
  return { source, ...planTable(source, { ...OPTIONS, ...options }) };
};
const known = (columns: readonly SourceColumn[], fields: Partial<KnownSchema> = {}): KnownSchema => {
  const plan = planned(columns);
  return { columns: plan.columns, keys: plan.keys, primary_key: ['id'], dropped: [], ...fields };
};

describe('a column of another type', () => {
  const effectOf = (before: string, after: string, fields: Partial<SourceColumn> = {}): string => {
    const changes = compareSchemas(known([sourceColumn(before, fields)]), planned([sourceColumn(after, fields)]));
    return changes.map((change) => (change.kind === 'retyped' ? change.effect : change.kind)).join() || 'same';
  };

  test.each([
    ['int', 'int(11)', 'same'], ['int', 'bigint', 'wider'], ['tinyint', 'int', 'wider'], ['int', 'int unsigned', 'wider'], ['bigint', 'int', 'narrower'], ['int', 'smallint', 'narrower'],
    ['varchar(10)', 'varchar(40)', 'wider'], ['varchar(40)', 'varchar(10)', 'narrower'], ['varchar(40)', 'char(40)', 'altered'], ['char(40)', 'varchar(40)', 'same'],
    ['decimal(10,2)', 'decimal(12,2)', 'wider'], ['decimal(10,2)', 'decimal(12,4)', 'wider'], ['decimal(10,2)', 'decimal(10,4)', 'altered'], ['decimal(10,2)', 'decimal(12,1)', 'altered'], ['decimal(10,2)', 'decimal(8,2)', 'narrower'],
    ['int', 'decimal(12,0)', 'wider'], ['int', 'varchar(20)', 'wider'], ['varchar(20)', 'int', 'altered'], ['float', 'double', 'wider'], ['double', 'float', 'altered'], ['bigint', 'double', 'altered'],
    ["enum('a','b')", "enum('a','b','c')", 'same'], ["enum('a','b')", "enum('b','a')", 'same'], ["enum('a','b')", "enum('a','x')", 'altered'], ["enum('a','b')", 'varchar(30)', 'altered'],
    ['datetime', 'datetime(6)', 'same'], ['datetime(6)', 'datetime', 'altered'], ['datetime', 'timestamp', 'altered'], ['date', 'datetime', 'wider'], ['datetime', 'date', 'altered'],
    ['time(3)', 'time', 'altered'], ['bit(1)', 'bit(8)', 'altered'], ['binary(4)', 'varbinary(4)', 'altered'], ['varbinary(4)', 'varbinary(8)', 'wider'],
  ])('%s to %s: %s', (before, after, effect) => {
    expect(effectOf(before, after)).toBe(effect);
  });

  test('another character set changes the width and how the text is read, and not the text', () => {
    const before = known([sourceColumn('varchar(10)', { characterSet: 'ascii' })]);
    expect(compareSchemas(before, planned([sourceColumn('varchar(10)', { characterSet: 'utf8mb4' })]))).toMatchObject([{ kind: 'retyped', effect: 'wider' }]);
  });

  test('another choice of the configuration changes every value that is written', () => {
    const before = known([sourceColumn('tinyint(1)', { name: 'flag' }), sourceColumn('time', { name: 'took' })]);
    const after = planned([sourceColumn('tinyint(1)', { name: 'flag' }), sourceColumn('time', { name: 'took' })], { policies: { ...DEFAULT_TYPE_POLICIES, tinyint1: 'boolean', time: 'bigint_micros' } });
    expect(compareSchemas(before, after)).toMatchObject([{ kind: 'retyped', effect: 'altered' }, { kind: 'retyped', effect: 'altered' }]);
  });
});

test('added, dropped, renamed; a column that moved is the same one', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => sourceColumn('int', { name })) as [SourceColumn, SourceColumn, SourceColumn];
  const before = known([a, b], { dropped: planned([c]).columns.slice(1) });
  expect(compareSchemas(before, planned([b, a]))).toEqual([]);
  expect(compareSchemas(before, planned([b, c]))).toMatchObject([{ kind: 'added', column: { source: 'c' }, returns: true }, { kind: 'dropped', column: { source: 'a' } }]);
  expect(compareSchemas(before, planned([a, { ...b, name: 'B' }]))).toEqual([]);
  expect(compareSchemas(before, planned([a, b], { renamed: { b: 'beta' } }))).toMatchObject([{ kind: 'renamed', from: 'b', column: { name: 'beta' } }]);
});

test('the key and the primary key', () => {
  const a = sourceColumn('int', { name: 'a', isNullable: false });
  const changes = compareSchemas(known([a]), planned([a], { keys: ['a'] }, ['id', 'a']));
  expect(changes.map(schemaChangeText)).toEqual(['the key is a, and was id', 'the primary key is id, a, and was id']);
  expect(compareSchemas(known([a]), planned([a], { renamed: { id: 'order_id' } })).map(schemaChangeText)).toEqual(['column id is named order_id, and was id']);
});
