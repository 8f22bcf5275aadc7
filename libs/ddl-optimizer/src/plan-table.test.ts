import type { SourceColumn } from '@tidemark/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTable, type PlanOptions } from './plan-table.ts';
import { sourceColumn, sourceTable } from '../test/source-column.ts';
import { DEFAULT_TYPE_POLICIES } from './type-policies.ts';

const named = (name: string, columnType: string, fields: Partial<SourceColumn> = {}): SourceColumn => sourceColumn(columnType, { name, ...fields });
const plain: PlanOptions = { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] };

const orders = sourceTable(
  [
    named('Id', 'bigint(20) unsigned', { isNullable: false, extra: 'auto_increment' }),
    named('customer_id', 'int(11)'),
    named('total', 'decimal(12,2)'),
    named('190_time', 'datetime(6)'),
    named('search', 'varchar(20)', { extra: 'virtual generated' }),
    named('hidden', 'tinyint(1)', { extra: 'invisible' }),
    named('updated_at', 'timestamp(6)', { isNullable: false }),
  ],
  { primaryKey: ['Id'] },
);

test('plans every column, generated and invisible ones included, in table order', () => {
  const plan = planTable(orders, { ...plain, versionColumns: ['updated_at', 'Id'] });
  expect(plan.columns.map((column) => column.name)).toEqual(['id', 'customer_id', 'total', 'col_190_time', 'search', 'hidden', 'updated_at']);
  expect(plan.columnMapping).toEqual({ Id: 'id', '190_time': 'col_190_time' });
  expect(plan.keys).toEqual(['id']);
  expect(plan.versionColumns).toEqual(['updated_at', 'id']);
  expect(plan.findings.map((finding) => [finding.severity, finding.code])).toEqual([['info', 'DDL_COLUMN_RENAMED']]);
  expect(plan.estimatedRowBytes).toBe(16 + 4 + 8 + 8 + (40 + 4) + 2 + 8);
  expect(plan.columns[0]).toEqual({
    source: 'Id', name: 'id', sourceType: 'bigint(20) unsigned', select: '`Id`', decode: 'decimal',
    parquet: { physical: 'FIXED_LEN_BYTE_ARRAY', logical: 'DECIMAL', typeLength: 9, precision: 20, scale: 0 },
    redshift: { name: 'DECIMAL', precision: 20, scale: 0 },
    policies: {},
  });
});

test('columns are chosen by name, whatever the case, and exclude wins', () => {
  const plan = planTable(orders, { ...plain, include: ['ID', 'total', 'search'], exclude: ['SEARCH'] });
  expect(plan.columns.map((column) => column.source)).toEqual(['Id', 'total']);
});

test.each<[string, Partial<PlanOptions>, string, number]>([
  ['an unknown column in include', { include: ['Id', 'nope'] }, 'DDL_COLUMN_UNKNOWN', 10],
  ['an unknown column in exclude', { exclude: ['nope'] }, 'DDL_COLUMN_UNKNOWN', 10],
  ['an unknown key', { keys: ['nope'] }, 'DDL_COLUMN_UNKNOWN', 10],
  ['an excluded key', { exclude: ['Id'] }, 'DDL_COLUMN_REQUIRED', 10],
  ['a key that is not included', { include: ['total'] }, 'DDL_COLUMN_REQUIRED', 10],
  ['an excluded version column', { exclude: ['updated_at'], versionColumns: ['updated_at'] }, 'DDL_COLUMN_REQUIRED', 10],
  ['no column at all', { include: [] }, 'DDL_COLUMN_COUNT', 10],
])('refuses %s', (_name, options, code, exit) => {
  expect(() => planTable(orders, { ...plain, ...options })).toThrow(expect.objectContaining({ code, exit }));
});

test('names every column whose type has no mapping, with its type', () => {
  const table = sourceTable([named('id', 'int'), named('place', 'point'), named('odd', 'hyperloglog(5)')]);
  expect(() => planTable(table, plain)).toThrow(expect.objectContaining({
    code: 'DDL_TYPE_UNMAPPED',
    exit: 20,
    message: 'sales.orders has columns whose type has no exact form in Redshift: place (point), odd (hyperloglog(5)).',
    details: { table: 'sales.orders', columns: [{ column: 'place', type: 'point' }, { column: 'odd', type: 'hyperloglog(5)' }] },
  }));
});

test('a key never takes a policy that changes values: two keys could become one', () => {
  const table = sourceTable([named('code', 'varchar(20)', { isNullable: false }), named('day', 'date', { isNullable: false }), named('note', 'text')], { primaryKey: ['code', 'day'] });
  const plan = planTable(table, { ...plain, policies: { ...DEFAULT_TYPE_POLICIES, zeroDate: 'to_null', oversizeString: 'truncate', nulByte: 'strip' } });
  expect(plan.columns.map((column) => column.policies)).toEqual([
    { oversize: 'fail', invalidUtf8: 'fail', nulByte: 'fail' },
    { zeroDate: 'fail' },
    { oversize: 'truncate', invalidUtf8: 'fail', nulByte: 'strip' },
  ]);
  expect(plan.findings.map((finding) => finding.code)).toEqual(['DDL_LOSSY_CHOICE', 'DDL_KEY_POLICY', 'DDL_WIDE_ROW']);
});

test('a version column never takes one either: an older row could win', () => {
  const table = sourceTable([named('id', 'int', { isNullable: false }), named('updated_at', 'datetime(6)')], { primaryKey: ['id'] });
  const plan = planTable(table, { ...plain, policies: { ...DEFAULT_TYPE_POLICIES, zeroDate: 'to_null' }, versionColumns: ['updated_at'] });
  expect(plan.columns[1]!.policies).toEqual({ zeroDate: 'fail' });
});

test('columns that the same policies may change are named in one finding', () => {
  const table = sourceTable([named('id', 'int', { isNullable: false }), named('born', 'date'), named('hired', 'date')], { primaryKey: ['id'] });
  const plan = planTable(table, { ...plain, policies: { ...DEFAULT_TYPE_POLICIES, zeroDate: 'to_null' } });
  expect(plan.findings.map(({ code, message }) => ({ code, message }))).toEqual([
    { code: 'DDL_LOSSY_CHOICE', message: 'Columns born, hired of sales.orders may be changed by zero_date: to_null; every change is counted.' },
  ]);
});

test('says what may go wrong', () => {
  const table = sourceTable([named('code', 'varchar(20)', { collation: 'utf8mb4_general_ci' }), named('body', 'longtext'), named('extra', 'json')]);
  expect(planTable(table, plain).findings.map((finding) => finding.code)).toEqual(['DDL_NO_KEY', 'DDL_MAY_OVERFLOW', 'DDL_WIDE_ROW']);
  expect(planTable(table, { ...plain, keys: ['code'] }).findings.map((finding) => finding.code)).toEqual(['DDL_KEY_NULLABLE', 'DDL_MAY_OVERFLOW', 'DDL_KEY_CASE', 'DDL_WIDE_ROW']);
});

test('a column called __proto__ keeps its mapping', () => {
  const plan = planTable(sourceTable([named('__PROTO__', 'int')]), plain);
  expect(Object.entries(plan.columnMapping)).toEqual([['__PROTO__', '__proto__']]);
  expect(JSON.stringify(plan.columnMapping)).toBe('{"__PROTO__":"__proto__"}');
});

test('a plan is plain JSON, and planning twice gives the same', () => {
  const types = fc.constantFrom('int', 'bigint unsigned', 'decimal(20,3)', 'varchar(10)', 'datetime(3)', 'blob', 'float', 'bit(7)');
  const columns = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z0-9_]{1,20}$/), types), { minLength: 1, maxLength: 30, selector: ([name]) => `col_${name}`.replace(/^col_col_/, 'col_') });
  fc.assert(fc.property(columns, (list) => {
    const table = sourceTable(list.map(([name, type]) => named(name, type)));
    const plan = planTable(table, plain);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(planTable(table, plain)).toEqual(plan);
    expect(plan.columns.map((column) => column.source)).toEqual(list.map(([name]) => name));
  }));
});
