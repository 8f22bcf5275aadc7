import { expect, test } from 'vitest';
import { sourceColumn, sourceTable } from '../test/source-column.ts';
import { planTable, type PlanOptions } from './plan-table.ts';
import { createTableSql, stagingTableSql } from './sql/create-table-sql.ts';
import { DEFAULT_TYPE_POLICIES } from './type-policies.ts';

const column = (name: string, type: string) => sourceColumn(type, { name, isNullable: false });
const people = sourceTable(
  [column('id', 'bigint(20)'), column('email', 'varchar(100)'), column('phone', 'varchar(20)'), column('card', 'bigint(20)'), column('photo', 'blob'), column('notes', 'json'), column('born', 'date'), column('token', 'binary(16)'), column('updated_at', 'datetime(6)')],
  { primaryKey: ['id'] },
);
const plain: PlanOptions = { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [], versionColumns: ['updated_at'] };
const planned = (options: Partial<PlanOptions>) => new Map(planTable(people, { ...plain, ...options }).columns.map((staged) => [staged.source, staged]));
const codes = (options: Partial<PlanOptions>) => planTable(people, { ...plain, ...options }).findings.map(({ code }) => code);

test('a hashed column is 64 hex digits, whatever it was, and only what spoils its text can still fail', () => {
  const columns = planned({ hash: ['email', 'CARD', 'photo', 'notes'], policies: { ...DEFAULT_TYPE_POLICIES, json: 'super', invalidUtf8: 'replace' } });
  for (const name of ['email', 'card', 'photo', 'notes']) {
    expect(columns.get(name), name).toMatchObject({ decode: 'utf8', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift: { name: 'VARCHAR', bytes: 64 }, disguise: { kind: 'hash' } });
    expect(columns.get(name), name).not.toHaveProperty('target');
  }
  expect(columns.get('email')).toMatchObject({ policies: { invalidUtf8: 'replace' }, disguise: { reads: 'utf8' } });
  expect(columns.get('card')).toMatchObject({ select: '`card`', policies: {}, disguise: { reads: 'int64' } });
  expect(columns.get('photo')).toMatchObject({ select: 'HEX(`photo`)', policies: {}, disguise: { reads: 'bytes' } });
});

test.each([
  [{ keep: 'last', characters: 4 }, 'phone', { name: 'VARCHAR', bytes: 20 }],
  [{ keep: 'first', characters: 2 }, 'phone', { name: 'VARCHAR', bytes: 12 }],
  [{ keep: 'last', characters: 4 }, 'card', { name: 'VARCHAR', bytes: 8 }],
  [{ keep: 'domain' }, 'email', { name: 'VARCHAR', bytes: 258 }],
  [{ keep: 'nothing' }, 'born', { name: 'VARCHAR', bytes: 4 }],
  [{ keep: 'null' }, 'born', { name: 'DATE' }],
] as const)('a mask %j makes %s a %j', (rule, name, redshift) => {
  expect(planned({ mask: { [name]: rule } }).get(name)).toMatchObject({ redshift, disguise: { kind: 'mask', rule } });
});

test('a column of which nothing is left is not read', () => {
  expect(planned({ mask: { born: { keep: 'null' } } }).get('born')!.select).toBe('NULL');
});

test('a column\'s own policies stand before those of the table', () => {
  const columns = planned({ policies: { ...DEFAULT_TYPE_POLICIES, zeroDate: 'to_null', oversizeString: 'truncate' }, columnPolicies: { born: { zeroDate: 'sentinel' }, phone: { oversizeString: 'fail' }, token: { binary: 'varbyte' } } });
  expect(columns.get('born')!.policies).toEqual({ zeroDate: 'sentinel' });
  expect(columns.get('phone')!.policies).toMatchObject({ oversize: 'fail' });
  expect(columns.get('email')!.policies).toMatchObject({ oversize: 'truncate' });
  expect(columns.get('token')).toMatchObject({ select: '`token`', decode: 'bytes', target: { redshift: { name: 'VARBYTE', bytes: 16 }, by: 'cast' } });
  expect(columns.get('photo')!.select).toBe('HEX(`photo`)');
});

test.each<[string, Partial<PlanOptions>]>([
  ['a hashed key', { hash: ['id'] }],
  ['a masked key', { mask: { id: { keep: 'nothing' } } }],
  ['a hashed version column', { hash: ['updated_at'] }],
  ['a masked cursor column', { mask: { card: { keep: 'nothing' } }, cursorColumns: ['updated_at', 'card'] }],
  ['a policy that changes a version column', { columnPolicies: { updated_at: { zeroDate: 'to_null' } } }],
  ['a key that Redshift could not compare', { keys: ['token'], columnPolicies: { token: { binary: 'varbyte' } } }],
  ['a column that is hashed and masked', { hash: ['email'], mask: { EMAIL: { keep: 'domain' } } }],
])('%s is a configuration error', (_what, options) => {
  expect(() => planned(options)).toThrow(expect.objectContaining({ code: 'DDL_COLUMN_FIXED', exit: 10, message: expect.stringContaining('sales.orders') as string }));
});

test.each<[string, Partial<PlanOptions>]>([
  ['columns.hash', { hash: ['emial'] }],
  ['columns.mask', { mask: { fone: { keep: 'nothing' } } }],
  ['columns.policy', { columnPolicies: { bron: { zeroDate: 'to_null' } } }],
])('a column that %s names and the table lacks is one too', (key, options) => {
  expect(() => planned(options)).toThrow(expect.objectContaining({ code: 'DDL_COLUMN_UNKNOWN', exit: 10, message: expect.stringContaining(key) as string }));
});

test('a choice that changes nothing may be made for a key', () => {
  expect(planned({ columnPolicies: { updated_at: { zeroDate: 'fail' } } }).get('updated_at')!.policies).toEqual({ zeroDate: 'fail' });
});

test('plan says what does not leave as it is', () => {
  const { findings } = planTable(people, { ...plain, hash: ['email'], mask: { phone: { keep: 'last', characters: 4 } } });
  expect(findings.find(({ code }) => code === 'DDL_DISGUISED')?.message).toBe('Columns email (hash), phone (keep_last_4) of sales.orders do not leave this process as at the source; NULL stays NULL.');
  expect(codes({ policies: { ...DEFAULT_TYPE_POLICIES, json: 'super' } })).toContain('DDL_JSON_PARSED');
});

test('a binary key stays in hex digits under binary: varbyte, and plan says so', () => {
  const options = { keys: ['token'], policies: { ...DEFAULT_TYPE_POLICIES, binary: 'varbyte' } } as const;
  expect(planned(options).get('token')).toMatchObject({ select: 'HEX(`token`)', redshift: { name: 'VARCHAR', bytes: 32 } });
  expect(planned(options).get('photo')).toMatchObject({ select: '`photo`', redshift: { name: 'VARBYTE', bytes: 65_535 } });
  expect(codes(options)).toContain('DDL_KEY_POLICY');
});

test('JSON and short bytes are staged in another type than the target\'s', () => {
  const { columns } = planTable(people, { ...plain, include: ['id', 'notes', 'token', 'updated_at'], policies: { ...DEFAULT_TYPE_POLICIES, json: 'super', binary: 'varbyte' } });
  expect(stagingTableSql('stage', columns)).toBe('CREATE TEMP TABLE "stage" (\n  "id" BIGINT,\n  "notes" VARCHAR(65535),\n  "token" VARBYTE,\n  "updated_at" TIMESTAMP\n)');
  expect(createTableSql({ schema: 'reporting', table: 'people' }, columns, { keys: ['id'] })).toBe('CREATE TABLE "reporting"."people" (\n  "id" BIGINT NOT NULL,\n  "notes" SUPER,\n  "token" VARBYTE(16),\n  "updated_at" TIMESTAMP\n)');
});
