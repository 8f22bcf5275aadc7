import type { ResolvedTable } from '@tidemark/config';
import type { SourceTable } from '@tidemark/domain';
import { describe, expect, test } from 'vitest';
import { MEMORY_SETTINGS, MEMORY_TABLE, MemorySource } from '../testing/index.ts';
import { previewTables } from './plan-pipeline.ts';
import type { SourcePort } from './ports.ts';

/** A source of which only definition and clock may be asked. */
class DefinitionOnly implements SourcePort {
  readonly asked: string[] = [];
  readonly #memory = new MemorySource();
  readonly #change: (table: SourceTable) => SourceTable;

  constructor(change: (table: SourceTable) => SourceTable = (table) => table) {
    this.#change = change;
    this.#memory.put(1, 'x');
    this.#memory.put(2, 'y');
  }

  async describe(schema: string, table: string): Promise<SourceTable> {
    this.asked.push(`describe ${schema} ${table}`);
    return this.#change(await this.#memory.describe(schema, table));
  }
  clock() {
    this.asked.push('clock');
    return this.#memory.clock();
  }
  hasRows(): Promise<boolean> {
    throw new Error('a preview reads no rows');
  }
  read(): never {
    throw new Error('a preview reads no rows');
  }
  describeQuery(): never {
    throw new Error('no query stands in the place of this table');
  }
  openTransactions(): never {
    throw new Error('a preview of this table waits for nobody');
  }
  explain() {
    return this.#memory.explain();
  }
  snapshot(): never {
    throw new Error('a preview holds no snapshot');
  }
}

const preview = async (table: Partial<ResolvedTable> = {}, source = new DefinitionOnly()) => (await previewTables(MEMORY_SETTINGS, [{ ...MEMORY_TABLE, ...table }], source))[0]!;

test('a preview says what would be read, how, and what would be made of it', async () => {
  expect(await preview()).toMatchObject({
    table: 'SHOP_RO:sales.orders', target: { schema: 'reporting', table: 'orders', workSchema: 'work' }, strategy: 'hybrid', mode: 'merge',
    cursor: ['updated_at', 'id'], keys: ['id'], estimatedRows: 2, bound: '2023-11-14 22:13:19.000000',
    columns: [
      { source: 'id', name: 'id', sourceType: 'bigint(20)', redshift: { name: 'BIGINT' } },
      { source: 'updated_at', name: 'updated_at', sourceType: 'datetime(6)', redshift: { name: 'TIMESTAMP' } },
      { source: 'state', name: 'state', sourceType: 'varchar(40)', redshift: { name: 'VARCHAR', bytes: 160 } },
    ],
  });
});

test('the SQL is what a run would send: a first load by key, then increments below the bound, a batch at a time', async () => {
  const { firstLoadSql, incrementSql, bound, createTable } = await preview();
  expect(firstLoadSql).toMatch(/from `sales`\.`orders`.* order by `?.*id`? limit 10$/s);
  expect(firstLoadSql).not.toContain('`updated_at` <');
  expect(incrementSql).toContain(`'${bound}'`);
  expect(incrementSql).toMatch(/order by .*`updated_at`, .*`id` limit 10$/s);
  expect(createTable).toMatch(/^CREATE TABLE .*"?reporting"?\."?orders"?/is);
});

test('nothing is asked but the definition and the clock', async () => {
  const source = new DefinitionOnly();
  await preview({}, source);
  expect(source.asked).toEqual(['describe sales orders', 'clock']);
});

test('a table name with dots ends its schema at the first one', async () => {
  const source = new DefinitionOnly();
  await preview({ name: 'sales.orders.2026', scopedName: 'SHOP_RO:sales.orders.2026' }, source);
  expect(source.asked[0]).toBe('describe sales orders.2026');
});

test('tables are previewed in the order given; none is no preview', async () => {
  const tables = [{ ...MEMORY_TABLE, name: 'sales.b', scopedName: 'S:sales.b' }, { ...MEMORY_TABLE, name: 'sales.a', scopedName: 'S:sales.a' }];
  expect((await previewTables(MEMORY_SETTINGS, tables, new DefinitionOnly())).map(({ table }) => table)).toEqual(['S:sales.b', 'S:sales.a']);
  expect(await previewTables(MEMORY_SETTINGS, [], new DefinitionOnly())).toEqual([]);
});

describe('findings', () => {
  const codes = async (change: (table: SourceTable) => SourceTable): Promise<readonly (readonly [string, string])[]> => (await preview({}, new DefinitionOnly(change))).findings.map(({ code, severity }) => [code, severity]);
  const cursor = (more: object) => (table: SourceTable): SourceTable => ({ ...table, columns: table.columns.map((column) => (column.name === 'updated_at' ? { ...column, ...more } : column)) });

  test('what merge cannot see is always said', async () => {
    expect(await codes((table) => table)).toEqual([['DDL_KEYS_PROPOSED', 'info'], ['DELETES_NOT_SEEN', 'info']]);
  });

  test.each<readonly [string, (table: SourceTable) => SourceTable, string, string]>([
    ['no index begins with the cursor', (table) => ({ ...table, indexes: table.indexes.slice(0, 1) }), 'CURSOR_NOT_INDEXED', 'warning'],
    ['an index has the cursor in second place', (table) => ({ ...table, indexes: [{ name: 'i', isUnique: false, columns: ['id', 'updated_at'] }] }), 'CURSOR_NOT_INDEXED', 'warning'],
    ['the cursor is not touched by an update', cursor({ extra: '' }), 'CURSOR_NOT_TOUCHED', 'info'],
    ['the cursor may be NULL', cursor({ isNullable: true }), 'CURSOR_NULLABLE', 'warning'],
  ])('%s', async (_name, change, code, severity) => {
    expect(await codes(change)).toContainEqual([code, severity]);
  });

  test('each has a remedy and names its table', async () => {
    const { findings } = await preview({}, new DefinitionOnly((table) => cursor({ extra: '', isNullable: true })({ ...table, indexes: [] })));
    expect(findings.length).toBeGreaterThanOrEqual(4);
    for (const finding of findings) {
      expect(finding.remedy.length, finding.code).toBeGreaterThan(0);
      expect(finding.table, finding.code).toBe('sales.orders');
    }
  });
});

test.each<readonly [string, (table: SourceTable) => SourceTable]>([
  ['without a primary key', (table) => ({ ...table, primaryKey: [], indexes: [] })],
  ['without the cursor column', (table) => ({ ...table, columns: table.columns.filter(({ name }) => name !== 'updated_at') })],
])('a table %s cannot be planned, and the error has a code', async (_name, change) => {
  await expect(preview({}, new DefinitionOnly(change))).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), exit: 10, remedy: expect.arrayContaining([expect.any(String)]) });
});
