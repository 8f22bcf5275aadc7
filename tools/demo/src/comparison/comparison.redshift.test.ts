import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGET_SCHEMA } from '../pipeline-config.ts';
import { runDemo } from '../run-demo.ts';
import { SAMPLE_TABLES, type SampleTableName, prepareSourceSession } from '../sample/build-source.ts';
import type { DemoServers } from '../servers/demo-servers.ts';
import { startPrivateServers } from '../servers/private-servers.ts';
import { type ComparisonSides, type TableComparison, compareTable } from './compare-table.ts';
import { sameText } from './compared-table.ts';

const resources = new AsyncDisposableStack();
let connectSource: DemoServers['connectSource'];
let sides: ComparisonSides;

beforeAll(async () => {
  const servers = resources.use(await startPrivateServers());
  const processes = resources.use(new AsyncDisposableStack());
  expect(await runDemo({ servers, processes, orderCount: 300, write: () => undefined, showProgress: false })).toBe(true);
  connectSource = servers.connectSource;
  const source = resources.use(await prepareSourceSession(await connectSource()));
  const target = resources.use(await servers.connectTarget());
  sides = { source, target, targetSchema: TARGET_SCHEMA };
});

afterAll(() => resources.disposeAsync());

/** Compares after statements that are taken back. */
async function comparedAfter(name: SampleTableName, ...statements: string[]): Promise<TableComparison> {
  await sides.target.run('BEGIN');
  try {
    for (const statement of statements) expect((await sides.target.client.query(statement)).rowCount, statement).toBe(1);
    return await compareTable(SAMPLE_TABLES[name], sides);
  } finally {
    await sides.target.run('ROLLBACK');
  }
}

const TABLES = Object.keys(SAMPLE_TABLES) as SampleTableName[];

describe.each(TABLES)('%s', (name) => {
  const table = `${TARGET_SCHEMA}.${name}`;

  test('untouched: equal', async () => {
    expect(await compareTable(SAMPLE_TABLES[name], sides)).toMatchObject({ differences: [], isEqual: true });
  });

  test('one row removed: not equal', async () => {
    const { isEqual, differences } = await comparedAfter(name, `DELETE FROM ${table} WHERE id = 7`);
    expect(isEqual).toBe(false);
    expect(differences.map(({ surplus }) => surplus)).toEqual([1]);
  });

  test('one row doubled: not equal', async () => {
    const { isEqual, differences } = await comparedAfter(name, `INSERT INTO ${table} SELECT * FROM ${table} WHERE id = 7`);
    expect(isEqual).toBe(false);
    expect(differences.map(({ surplus }) => surplus)).toEqual([-1]);
  });

  test('one row removed and another doubled, so that the counts agree: not equal', async () => {
    const { isEqual, sourceRowCount, targetRowCount } = await comparedAfter(name, `DELETE FROM ${table} WHERE id = 7`, `INSERT INTO ${table} SELECT * FROM ${table} WHERE id = 8`);
    expect(targetRowCount).toBe(sourceRowCount);
    expect(isEqual).toBe(false);
  });

  test.each(SAMPLE_TABLES[name].columns.filter((column) => column.name !== 'id').map((column) => column.name))('one cell of %s lost: not equal', async (column) => {
    const { isEqual, differences } = await comparedAfter(name, `UPDATE ${table} SET ${column} = NULL WHERE id = (SELECT MIN(id) FROM ${table} WHERE ${column} IS NOT NULL)`);
    expect(isEqual).toBe(false);
    expect(differences.map(({ surplus }) => surplus).sort()).toEqual([-1, 1]);
  });
});

/** Table, column, the smallest change that a careless path makes to a value, and which rows have such a value. */
const SMALL_CHANGES: readonly (readonly [SampleTableName, string, string, string])[] = [
  ['orders', 'id', '9999999', 'id = 7'],
  ['orders', 'amount', 'amount + 0.01', 'TRUE'],
  ['orders', 'note', `note || ' '`, 'note IS NOT NULL'],
  ['orders', 'updated_at', `updated_at + INTERVAL '1 second'`, 'TRUE'],
  ['order_items', 'updated_at', `updated_at + INTERVAL '1 microsecond'`, 'TRUE'],
  ['type_samples', 'tiny1', '1', 'tiny1 = 2'],
  ['type_samples', 'big', '9007199254740992', 'big = 9007199254740993'],
  ['type_samples', 'exact_38', 'exact_38 - 0.0000000001', 'exact_38 > 0'],
  ['type_samples', 'exact_65', `exact_65 || '0'`, 'exact_65 IS NOT NULL'],
  ['type_samples', 'twofold', '0.3', 'twofold > 0.3'],
  ['type_samples', 'bit_1', 'NOT bit_1', 'bit_1 IS NOT NULL'],
  ['type_samples', 'moment_6', `moment_6 - INTERVAL '1 microsecond'`, `moment_6 > '9999-01-01'`],
  ['type_samples', 'free_text', `free_text || ' '`, 'free_text IS NOT NULL'],
  ['type_samples', 'free_text', `'null'`, 'free_text IS NULL'],
  ['type_samples', 'free_text', `''`, 'free_text IS NULL'],
  ['type_samples', 'no_pad_text', `no_pad_text || ' '`, 'no_pad_text IS NOT NULL'],
  ['type_samples', 'key_bytes', 'LOWER(key_bytes)', `key_bytes LIKE '3F%'`],
  ['policy_samples', 'nul_text', `nul_text || '.'`, 'nul_text IS NOT NULL'],
];

test.each(SMALL_CHANGES)('one cell of %s.%s becomes %s: not equal', async (name, column, value, condition) => {
  const table = `${TARGET_SCHEMA}.${name}`;
  const { isEqual } = await comparedAfter(name, `UPDATE ${table} SET ${column} = ${value} WHERE id = (SELECT MIN(id) FROM ${table} WHERE ${condition})`);
  expect(isEqual).toBe(false);
});

test('a column that the comparison does not know is an error', async () => {
  await sides.target.run(`CREATE TABLE ${TARGET_SCHEMA}.wider (id BIGINT, more BIGINT)`);
  await sides.source.run('CREATE TABLE wider (id BIGINT)');
  await expect(compareTable({ name: 'wider', columns: [sameText('id')] }, sides)).rejects.toThrow('wider has the columns id, more in the target');
});

test('a target that ends long before the source: every row is counted', async () => {
  await sides.target.run(`CREATE TABLE ${TARGET_SCHEMA}.numbers (id BIGINT)`);
  await sides.source.run('CREATE TABLE numbers AS SELECT CAST(seq AS SIGNED) AS id FROM seq_1_to_90000');
  const { isEqual, differences, sourceRowCount, targetRowCount } = await compareTable({ name: 'numbers', columns: [sameText('id')] }, sides);
  expect({ isEqual, sourceRowCount, targetRowCount, differences: differences.length }).toEqual({ isEqual: false, sourceRowCount: 90_000, targetRowCount: 0, differences: 90_000 });
});

test('two empty tables are not called equal: nothing was compared', async () => {
  await sides.target.run(`CREATE TABLE ${TARGET_SCHEMA}.nothing (id BIGINT)`);
  await sides.source.run('CREATE TABLE nothing (id BIGINT)');
  expect(await compareTable({ name: 'nothing', columns: [sameText('id')] }, sides)).toMatchObject({ sourceRowCount: 0, isEqual: false });
});

test('a connection that ends before the last row is an error', async () => {
  await using cut = await prepareSourceSession(await connectSource());
  const [session] = await cut.rows('SELECT CONNECTION_ID() AS id');
  await sides.target.run(`CREATE TABLE ${TARGET_SCHEMA}.many (id BIGINT)`);
  await sides.source.run('CREATE TABLE many AS SELECT seq AS id FROM seq_1_to_100000');
  // The server stops in the middle, so that the connection ends while rows are missing.
  const comparison = compareTable({ name: 'many', columns: [{ name: 'id', expected: 'IF(id = 50000, SLEEP(60), id)', found: 'id' }] }, { ...sides, source: cut });
  await setTimeout(1000);
  await Promise.all([expect(comparison).rejects.toThrow(), sides.source.run(`KILL CONNECTION ${session?.['id']}`)]);
});
