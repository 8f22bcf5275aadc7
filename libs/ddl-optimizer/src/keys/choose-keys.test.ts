import { describe, expect, test } from 'vitest';
import { planTable } from '../plan-table.ts';
import { createTableSql } from '../sql/create-table-sql.ts';
import { DEFAULT_TYPE_POLICIES } from '../type-policies.ts';
import { sourceColumn, sourceTable } from '../../test/source-column.ts';
import { chooseKeys, type KeyChoice } from './choose-keys.ts';
import type { ConfiguredKeys } from './configured-keys.ts';

const notNull = { isNullable: false };
const source = sourceTable(
  [
    sourceColumn('bigint', { name: 'Id', ...notNull }), sourceColumn('int', { name: 'customer_id', ...notNull }), sourceColumn('int', { name: 'shop_id' }), sourceColumn('datetime(6)', { name: 'updated_at', ...notNull }),
    sourceColumn('varchar(500)', { name: 'note' }), sourceColumn('int', { name: '190_time' }),
  ],
  {
    primaryKey: ['Id'], estimatedRows: 50_000_000, dataBytes: 9e9,
    indexes: [{ name: 'PRIMARY', isUnique: true, columns: ['Id'], distinctValues: 5e7 }, { name: 'c', isUnique: false, columns: ['customer_id'], distinctValues: 2e6 }, { name: 's', isUnique: false, columns: ['shop_id'], distinctValues: 9e6 }],
    foreignKeys: [{ name: 'c', columns: ['customer_id'], references: 'sales.customers' }, { name: 's', columns: ['shop_id'], references: 'sales.shops' }],
  },
);

function choose(fields: Partial<KeyChoice>, table = source) {
  const plan = planTable(table, { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] });
  const columns = fields.columns ?? plan.columns;
  const chosen = chooseKeys({ source: table, columns, keys: plan.keys, cursor: 'updated_at', tableType: null, configured: null, optimizer: 'propose', ...fields });
  return { ...chosen, sql: createTableSql({ schema: 'reporting', table: 'orders' }, columns, { keys: plan.keys, tableKeys: chosen.keys }) };
}

const written = (keys: Partial<ConfiguredKeys>) => ({ distStyle: null, distKey: null, sortKey: null, encodings: {}, place: 'config/redshift_keys.json:2', ...keys });

describe('keys that a person wrote', () => {
  test('names before and after renaming', () => {
    const { sql, findings } = choose({ configured: written({ distKey: '190_time', sortKey: { type: 'compound', columns: ['updated_at', 'col_190_time', 'ID'] } }) });
    expect(sql).toContain('\n)\nDISTSTYLE KEY DISTKEY ("col_190_time")\nCOMPOUND SORTKEY ("updated_at", "col_190_time", "id")');
    expect(findings).toMatchObject([{ code: 'DDL_KEYS_APPLIED', message: expect.stringContaining('DISTKEY(col_190_time), COMPOUND SORTKEY(updated_at, col_190_time, id) (config/redshift_keys.json:2)') as string }]);
  });

  test('a bad distkey falls back to AUTO and leaves the sort key', () => {
    const { keys, findings } = choose({ configured: written({ distKey: 'custumer_id', sortKey: { type: 'interleaved', columns: ['id', 'customer_id'] } }) });
    expect(keys).toEqual({ dist: { style: 'AUTO' }, sort: { type: 'interleaved', columns: ['id', 'customer_id'] }, encodings: {} });
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['DDL_KEYS_SKIPPED', 'Of the keys of sales.orders (config/redshift_keys.json:2) were left to Redshift: distkey "custumer_id": there is no such column.'],
      ['DDL_KEYS_APPLIED', 'A new table for sales.orders gets INTERLEAVED SORTKEY(id, customer_id) (config/redshift_keys.json:2).'],
    ]);
  });

  test('and the reverse', () => {
    expect(choose({ configured: written({ distKey: 'customer_id', sortKey: { type: 'compound', columns: ['id', 'nothing'] } }) }).keys).toEqual({ dist: { style: 'KEY', column: 'customer_id' }, sort: { type: 'auto' }, encodings: {} });
  });

  test.each<[Partial<ConfiguredKeys>, string]>([
    [{ distStyle: 'KEY' }, 'diststyle KEY: no distkey is named'],
    [{ distStyle: 'EVEN', distKey: 'customer_id' }, 'distkey "customer_id": it cannot stand with diststyle EVEN'],
    [{ sortKey: { type: 'interleaved', columns: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] } }, 'sortkey: 9 columns; interleaved takes 8'],
    [{ sortKey: { type: 'compound', columns: ['id', 'ID'] } }, 'sortkey id, id: a column stands in it twice'],
    [{ encodings: { note: 'az64' } }, 'encode "note": az64 does not take VARCHAR'],
    [{ encodings: { nothing: 'zstd' } }, 'encode "nothing": there is no such column'],
  ])('%j is skipped with its reason', (keys, reason) => {
    expect(choose({ configured: written(keys) }).findings[0]).toMatchObject({ code: 'DDL_KEYS_SKIPPED', message: expect.stringContaining(reason) as string });
  });

  test('a type that no key can have', () => {
    const { columns } = planTable(sourceTable([sourceColumn('json', { name: 'document' })]), { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] });
    const superColumn = { ...columns[0]!, redshift: { name: 'SUPER' } } as const;
    expect(choose({ columns: [superColumn], configured: written({ distKey: 'document' }) }).findings[0]?.message).toContain('distkey "document": a column of type SUPER cannot be a key');
  });

  test('styles and encodings', () => {
    const { sql } = choose({ configured: written({ distStyle: 'ALL', sortKey: { type: 'auto' }, encodings: { note: 'zstd' } }) });
    expect(sql).toContain('"note" VARCHAR(2000) ENCODE zstd,');
    expect(sql.endsWith(')\nDISTSTYLE ALL')).toBe(true);
  });
});

describe('keys that are proposed', () => {
  test('are only shown unless they are asked for', () => {
    const { keys, findings, sql } = choose({});
    expect(keys).toEqual({ dist: { style: 'AUTO' }, sort: { type: 'auto' }, encodings: {} });
    expect(sql.endsWith('\n)')).toBe(true);
    expect(findings).toMatchObject([{ code: 'DDL_KEYS_PROPOSED', severity: 'info' }]);
  });

  test('a large table: the foreign key that is never NULL and has the most values, then time and key', () => {
    const { keys, findings } = choose({ optimizer: 'apply' });
    expect(keys).toEqual({ dist: { style: 'KEY', column: 'customer_id' }, sort: { type: 'compound', columns: ['updated_at', 'id'] }, encodings: {} });
    expect(findings[0]!.message).toContain('DISTKEY customer_id: the foreign key to sales.customers');
  });

  test.each<[string, Partial<KeyChoice>, Partial<typeof source>, object]>([
    ['few values in the foreign key: the key', {}, { indexes: [{ name: 'c', isUnique: false, columns: ['customer_id'], distinctValues: 12 }] }, { dist: { style: 'KEY', column: 'id' } }],
    ['a key of several columns and no foreign key', { keys: ['id', 'customer_id'] }, { foreignKeys: [] }, { dist: { style: 'AUTO' } }],
    ['a small table', {}, { estimatedRows: 100 }, { dist: { style: 'AUTO' } }],
    ['a dimension that fits on every node', { tableType: 'dimension' }, { estimatedRows: 20_000, dataBytes: 1e6 }, { dist: { style: 'ALL' }, sort: { type: 'compound', columns: ['id'] } }],
    ['a large dimension', { tableType: 'dimension' }, {}, { dist: { style: 'KEY', column: 'id' } }],
    ['no cursor', { cursor: null }, {}, { sort: { type: 'compound', columns: ['id'] } }],
    ['no cursor and a wide text as the key', { cursor: null, keys: ['note'] }, { foreignKeys: [] }, { sort: { type: 'auto' } }],
    ['a fact without a key', { tableType: 'fact', keys: [], cursor: null }, { foreignKeys: [] }, { dist: { style: 'AUTO' }, sort: { type: 'auto' } }],
  ])('%s', (_case, fields, table, keys) => {
    expect(choose({ optimizer: 'apply', ...fields }, { ...source, ...table }).keys).toMatchObject(keys);
  });
});
