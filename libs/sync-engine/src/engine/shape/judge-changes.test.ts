import { compareSchemas, DEFAULT_TYPE_POLICIES, planTable } from '@tidemark/ddl-optimizer';
import type { KnownSchema, SourceColumn, SourceTable } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { MEMORY_TASK } from '../../testing/index.ts';
import { judgeChanges, type ChangeSettings } from './judge-changes.ts';

const column = (name: string, columnType: string): SourceColumn => ({
  name, ordinal: 1, dataType: /^[a-z]+/.exec(columnType)![0], columnType, isNullable: name !== 'id', isUnsigned: false, maxCharacters: Number(/\((\d+)\)/.exec(columnType)?.[1] ?? 0) || null,
  numericPrecision: null, numericScale: null, datetimePrecision: null, characterSet: columnType.startsWith('varchar') ? 'utf8mb4' : null, collation: null, defaultExpression: null, extra: '',
});
const plan = (columns: Readonly<Record<string, string>>, keys: readonly string[] = ['id']) => {
  const source: SourceTable = { schema: 'sales', table: 'orders', columns: Object.entries({ id: 'bigint', ...columns }).map(([name, type], index) => ({ ...column(name, type), ordinal: index + 1 })), primaryKey: ['id'], indexes: [], estimatedRows: 0, serverId: 's', serverVersion: '8.4.0' };
  return { source, ...planTable(source, { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [], keys }) };
};

const SETTINGS: ChangeSettings = { task: MEMORY_TASK, table: 'sales.orders', contract: 'evolve', readsAll: false };

function judge(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>, settings: Partial<ChangeSettings> = {}, constants: Readonly<Record<string, string | null>> = {}, keys?: readonly string[]) {
  const old = plan(before);
  const known: KnownSchema = { columns: old.columns, keys: old.keys, primary_key: ['id'], dropped: [] };
  return judgeChanges({ ...SETTINGS, ...settings }, known, compareSchemas(known, plan(after, keys)), new Map(Object.entries(constants)));
}

describe('evolve', () => {
  test('a column whose earlier rows have a constant is added with it; any other has to be read again', () => {
    expect(judge({}, { a: 'int' }, {}, { a: '5' })).toMatchObject({ shape: { added: { a: '5' } }, rereads: [], findings: [{ message: 'At the source column a (int) was added: it is added to the target, with 5 in the rows that are there.' }] });
    expect(judge({}, { a: 'int' })).toMatchObject({ shape: { added: { a: null } }, rereads: [{ kind: 'added' }] });
    expect(judge({}, { a: 'int' }, { readsAll: true }), 'every row is read anyway').toMatchObject({ rereads: [] });
  });

  test('a dropped column is remembered; a wider type goes on', () => {
    expect(judge({ a: 'int' }, {})).toMatchObject({ shape: { dropped: [{ name: 'a' }] }, rereads: [] });
    expect(judge({ a: 'int' }, { a: 'bigint' })).toMatchObject({ rereads: [], findings: [{ message: expect.stringContaining('column a is bigint (BIGINT), and was int (INTEGER)') as string }] });
  });

  test.each([['a narrower type', { a: 'bigint' }, { a: 'int' }, undefined], ['another key', { a: 'int' }, { a: 'int' }, ['a']]])('%s is refused, with the command that would do it', (_case, before, after, keys) => {
    expect(() => judge(before, after, {}, {}, keys)).toThrow(expect.objectContaining({ code: 'SCHEMA_REFUSED', exit: 21, remedy: expect.arrayContaining([expect.stringContaining('tidemark watermark reset -p shop_pipeline -t SHOP_RO:sales.orders')]) as string[] }));
    expect(() => judge(before, after, { readsAll: true }, {}, keys)).not.toThrow();
  });
});

test('freeze stops with every difference, discard where a known column cannot be taken as it was', () => {
  expect(() => judge({ a: 'int' }, { b: 'int' }, { contract: 'freeze' })).toThrow(expect.objectContaining({ code: 'SCHEMA_FROZEN', message: expect.stringContaining('column b (int) was added; column a was dropped') as string }));
  expect(judge({ a: 'int' }, { a: 'int' }, { contract: 'freeze' })).toMatchObject({ rereads: [], findings: [] });
  expect(() => judge({ a: 'int' }, { a: 'bigint' }, { contract: 'discard' })).toThrow(expect.objectContaining({ code: 'SCHEMA_REFUSED' }));
  expect(judge({ a: 'int' }, {}, { contract: 'discard' })).toMatchObject({ shape: { dropped: [{ name: 'a' }] } });
});
