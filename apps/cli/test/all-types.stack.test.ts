import { ALL_MYSQL_TYPES, ALL_TYPES_ROWS, ALL_TYPES_SESSION, allTypesStatements, REFUSED_MYSQL_TYPES } from '@tidemark/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrokenText } from './broken-text.ts';
import { partText } from './cell-text.ts';
import { BY_CHANGE, CommandStack, type Room } from './command-stack.ts';
import { expectedCells } from './expected-cells.ts';
import { PARQUET_READERS } from './parquet-readers.ts';
import { INVENTED_HASH_KEY, POLICY_TABLES, policyTableStatements } from './policy-tables.ts';
import type { Ended } from './program.ts';
import { policyLines, runResult, tableResult } from './run-result.ts';

interface PlannedTable {
  readonly table: string;
  readonly createTable: string;
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}

const CODES = { zero_date: 'DATA_ZERO_DATE', oversize_string: 'DATA_OVERSIZE', oversize_binary: 'DATA_OVERSIZE', nul_byte: 'DATA_NUL_BYTE', geometry: 'DDL_TYPE_UNMAPPED' } as const;
const wideColumns = (count: number): string => Array.from({ length: count }, (_unused, index) => `c${index + 1} TEXT`).join(', ');
const wideValues = (count: number): string => Array.from({ length: count }, () => "REPEAT('w', 65535)").join(', ');

let stack: CommandStack;

beforeAll(async () => {
  stack = await CommandStack.start();
  for (const statement of ALL_TYPES_SESSION) await stack.source.run(statement);
});
afterAll(async () => await stack[Symbol.asyncDispose]());

const settings = (types: string, disguises = '{}'): string => BY_CHANGE.replace('{', `{ types: ${types}, columns: ${disguises},`);

/** A type of the catalog as CREATE TABLE has it. */
const ddlType = (catalogType: string): string => catalogType.replace('character varying', 'VARCHAR').replace('binary varying', 'VARBYTE').replace('numeric', 'DECIMAL').replace(' without time zone', '').toUpperCase();

function expectSuccess(ended: Ended): void {
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
}

/** Columns of a target table with their types, as Redshift names them. */
async function targetTypes(table: string): Promise<Record<string, string>> {
  const rows = await stack.target.rows("SELECT column_name, data_type FROM svv_redshift_columns WHERE schema_name = 'reporting' AND table_name = $1", [table]);
  return Object.fromEntries(rows.map((row) => [row['column_name']!, row['data_type']!]));
}

async function targetRows(table: string, columns: readonly string[]): Promise<Record<string, string | null>[]> {
  return await stack.target.rows(`SELECT id, ${columns.join(', ')} FROM reporting.${table} ORDER BY id`);
}

/** Keys of the Parquet files and manifests of tables with this beginning. */
async function stagedKeys(table: string): Promise<string[]> {
  return (await stack.bucket.keysWith(table)).filter((key) => key.endsWith('.parquet') || key.includes('/manifests/'));
}

describe('I6: the table of all types', () => {
  const TABLE = 'all_types';
  const COLUMNS = ALL_MYSQL_TYPES.map(({ column }) => column);
  const ROW_COUNT = ALL_TYPES_ROWS.length;
  const CATALOG_NAMES: Readonly<Record<string, string>> = { VARCHAR: 'character varying', DECIMAL: 'numeric', TIMESTAMP: 'timestamp without time zone' };
  let room: Room;
  const readKeys = new Set<string>();

  beforeAll(async () => {
    for (const statement of allTypesStatements(TABLE)) await stack.source.run(statement);
    room = await stack.room('types', { tables: { [TABLE]: BY_CHANGE } });
  });

  async function expectTarget(expected: (index: number) => (typeof ALL_TYPES_ROWS)[number]): Promise<void> {
    const rows = await targetRows(TABLE, COLUMNS);
    expect(rows.map(({ id }) => id)).toEqual(ALL_TYPES_ROWS.map(({ id }) => String(id)));
    const differences = rows.flatMap((row, index) => COLUMNS.filter((column) => row[column] !== expected(index).redshift[column]).map((column) => ({ row: index + 1, column, loaded: row[column], expected: expected(index).redshift[column] })));
    expect(differences).toEqual([]);
  }

  /** Reads the parts that are new since the last call, and holds every cell against the server's own text. */
  async function expectParts(): Promise<void> {
    const expected = await expectedCells(stack.source, TABLE);
    expect([...expected.keys()].sort()).toEqual([...COLUMNS].sort());
    const keys = (await stack.bucket.keysWith(`${TABLE}_`)).filter((key) => key.endsWith('.parquet') && !readKeys.has(key));
    expect(keys).not.toEqual([]);
    const files = await Promise.all(keys.map(async (key) => await stack.bucket.bytes(key)));
    for (const key of keys) readKeys.add(key);
    for (const reader of PARQUET_READERS) {
      const ids: string[] = [];
      const differences: unknown[] = [];
      for (const file of files) {
        const { names, rows } = await reader.read(file);
        expect(names, reader.name).toEqual(['id', ...COLUMNS, 'updated_at']);
        for (const row of rows) {
          const id = row[0]!;
          ids.push(id);
          for (const [index, column] of COLUMNS.entries()) {
            const cell = expected.get(column)!.get(id);
            if (row[index + 1] !== cell) differences.push({ reader: reader.name, id, column, read: row[index + 1], expected: cell });
          }
        }
      }
      expect(differences).toEqual([]);
      expect(ids.sort(), reader.name).toEqual(ALL_TYPES_ROWS.map(({ id }) => String(id)).sort());
    }
  }

  test('comes out of Redshift as the fixture says, value by value, in the types that it says', async () => {
    const ended = await room.sync('--json');
    expectSuccess(ended);
    expect(tableResult(ended, TABLE)).toMatchObject({ rows_extracted: ROW_COUNT, rows_loaded: ROW_COUNT, rows_quarantined: 0, policy_counts: [] });
    const types = await targetTypes(TABLE);
    for (const { column, redshiftType } of ALL_MYSQL_TYPES) expect(types[column], column).toBe(redshiftType.replace(/^\w+$|^\w+(?=\()/, (name) => CATALOG_NAMES[name] ?? name.toLowerCase()).replace('DOUBLE PRECISION', 'double precision'));
    await expectTarget((index) => ALL_TYPES_ROWS[index]!);
  });

  test('its parts hold the server\'s own text, by three independent readers', async () => {
    await expectParts();
  });

  test('is equal again after every row was given another row\'s values', async () => {
    const written = ALL_MYSQL_TYPES.filter(({ isGenerated }) => !isGenerated).map(({ column }) => column);
    await stack.source.run(`CREATE TABLE next_values AS SELECT id, ${written.join(', ')} FROM ${TABLE}`);
    await stack.source.run(`UPDATE ${TABLE} AS t JOIN next_values AS n ON n.id = t.id % ${ROW_COUNT} + 1 SET ${written.map((column) => `t.${column} = n.${column}`).join(', ')}, t.updated_at = NOW(6) - INTERVAL 1 SECOND`);
    const ended = await room.sync('--json');
    expectSuccess(ended);
    expect(tableResult(ended, TABLE)).toMatchObject({ rows_loaded: ROW_COUNT, policy_counts: [] });
    await expectTarget((index) => ALL_TYPES_ROWS[(index + 1) % ROW_COUNT]!);
    await expectParts();
  });
});

describe('I6: what is refused', () => {
  const REFUSED_VALUES = ALL_MYSQL_TYPES.flatMap(({ column, ddl, refused }) => refused.map(({ label, literal, policy }) => ({ column, ddl, label, literal, types: '{}', code: CODES[policy] })));
  const CASES = [
    ...REFUSED_MYSQL_TYPES.map(({ column, ddl, literal }) => ({ column, ddl, label: 'the type', literal, types: '{}', code: 'DDL_TYPE_UNMAPPED' })),
    ...REFUSED_VALUES,
    { column: 'flag', ddl: 'TINYINT(1)', label: 'two as a boolean', literal: '2', types: '{ tinyint1: boolean }', code: 'DATA_NOT_BOOLEAN' },
    { column: 'amount', ddl: 'DECIMAL(65,30)', label: 'nine digits before the point and thirty behind it', literal: '100000000', types: '{ decimal_over_38: narrow }', code: 'DATA_OUT_OF_RANGE' },
    { column: 'words', ddl: 'VARCHAR(20) CHARACTER SET gbk', label: 'a code that Unicode lacks', literal: "X'A140'", types: '{}', code: 'DATA_INVALID_UTF8' },
    { column: 'words', ddl: 'CHAR(5) CHARACTER SET ascii', label: 'a byte beyond ASCII', literal: "X'41E9'", types: '{}', code: 'DATA_INVALID_UTF8' },
    { column: 'share', ddl: 'DECIMAL(38,38)', label: 'more digits behind the point than DECIMAL has', literal: '0.5', types: '{ decimal_over_38: narrow }', code: 'DDL_TYPE_UNMAPPED' },
    { column: 'day', ddl: 'DATE', label: 'a year that is zero', literal: "'0000-03-01'", types: '{}', code: 'DATA_ZERO_DATE' },
  ].map((entry, index) => ({ ...entry, table: `refused_${String(index + 1).padStart(2, '0')}` }));
  let ended: Ended;

  beforeAll(async () => {
    for (const { table, column, ddl, literal } of CASES) {
      await stack.source.run(`CREATE TABLE ${table} (id BIGINT NOT NULL PRIMARY KEY, ${column} ${ddl}, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
      await stack.source.run(`INSERT INTO ${table} VALUES (1, NULL, '2024-01-01'), (4711, ${literal}, '2024-01-02')`);
    }
    await createBrokenText(stack.source, 'refused_text');
    // 65 texts of 65,535 bytes are more than 4 MB.
    await stack.source.run(`CREATE TABLE refused_row (id BIGINT NOT NULL PRIMARY KEY, ${wideColumns(65)}, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
    await stack.source.run(`INSERT INTO refused_row VALUES (4711, ${wideValues(65)}, '2024-01-02')`);
    const tables = Object.fromEntries([...CASES.map(({ table, types }) => [table, settings(types)]), ['refused_text', BY_CHANGE], ['refused_row', BY_CHANGE]]) as Record<string, string>;
    ended = await (await stack.room('refused', { tables })).sync('--json');
  });

  test('ends the run with 20', () => {
    expect(ended.code, ended.stdout + ended.stderr).toBe(20);
    expect(runResult(ended)).toMatchObject({ status: 'failed', summary: { success_count: 0, failure_count: CASES.length + 2 } });
  });

  test.each(CASES)('$column $ddl: $label', async ({ table, column, code }) => {
    const result = tableResult(ended, table);
    expect(result).toMatchObject({ status: 'failed', error_code: code, rows_loaded: 0 });
    expect(result.error_message).toContain(column);
    if (code.startsWith('DATA_')) expect(result.error_message).toContain(`sales.${table}.${column} in the row`);
    if (code.startsWith('DATA_')) expect(result.error_message).toContain("id = '4711'");
  });

  test('text that is not UTF-8', () => {
    expect(tableResult(ended, 'refused_text')).toMatchObject({ error_code: 'DATA_INVALID_UTF8', error_message: expect.stringContaining('sales.refused_text.words in the row') as string });
  });

  test('a row beyond 4 MB, with its size and the limit', () => {
    const { error_code: code, error_message: message } = tableResult(ended, 'refused_row');
    expect(code).toMatch(/^DATA_ROW_/);
    for (const part of ['sales.refused_row', "id = '4711'", '4194304']) expect(message).toContain(part);
    expect(message).toMatch(/\b42\d{5} bytes/);
  });

  test('leaves neither a target table nor a file', async () => {
    for (const table of [...CASES.map(({ table: name }) => name), 'refused_text', 'refused_row']) expect(await stack.hasTarget(table), table).toBe(false);
    expect(await stagedKeys('refused_')).toEqual([]);
  });
});

describe('I6: a named policy says how a value differs, and counts it', () => {
  let ended: Ended;
  let plan: Ended;

  beforeAll(async () => {
    for (const table of POLICY_TABLES) for (const statement of policyTableStatements(table)) await stack.source.run(statement);
    await createBrokenText(stack.source, 'replaced');
    await stack.source.run(`CREATE TABLE wide_row (id BIGINT NOT NULL PRIMARY KEY, ${wideColumns(63)}, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`);
    await stack.source.run(`INSERT INTO wide_row VALUES (1, ${wideValues(63)}, '2024-01-02')`);
    const tables = {
      ...Object.fromEntries(POLICY_TABLES.map(({ table, types, disguises }) => [table, settings(types, disguises)])),
      replaced: settings('{ invalid_utf8: replace }'),
      wide_row: BY_CHANGE,
    };
    const room = await stack.room('policies', { tables, variables: { TIDEMARK_HASH_KEY: INVENTED_HASH_KEY } });
    plan = await room.sync('--dry-run', '--json');
    ended = await room.sync('--json');
  });

  /** Holds the values of a table's parts, rows by their ids from 1 on, against what each reader says. */
  async function expectParts(table: string, names: readonly string[], expected: readonly (readonly (string | null)[])[]): Promise<void> {
    const keys = (await stack.bucket.keysWith(`_${table}_`)).filter((key) => key.endsWith('.parquet'));
    const files = await Promise.all(keys.map(async (key) => await stack.bucket.bytes(key)));
    for (const reader of PARQUET_READERS) {
      const rows = (await Promise.all(files.map(async (file) => await reader.read(file)))).flatMap((file) => {
        const places = ['id', ...names].map((name) => file.names.indexOf(name));
        return file.rows.map((row) => places.map((place) => row[place]!));
      });
      rows.sort((one, other) => Number(one[0]) - Number(other[0]));
      const differences = expected.flatMap((cells, index) => [String(index + 1), ...cells].flatMap((cell, place) => (rows[index]?.[place] === cell ? [] : [{ reader: reader.name, row: index + 1, column: names[place - 1] ?? 'id', read: rows[index]?.[place]?.slice(0, 200), expected: cell?.slice(0, 200) }])));
      expect(differences).toEqual([]);
      expect(rows).toHaveLength(expected.length);
    }
  }

  test('the run ends with success', () => expectSuccess(ended));

  test.each(POLICY_TABLES)('a plan shows $types and $disguises of $table', ({ table, columns, planned }) => {
    const { result } = JSON.parse(plan.stdout) as { result: { tables: readonly PlannedTable[] } };
    const { findings, createTable } = result.tables.find((each) => each.table.endsWith(`.${table}`))!;
    for (const [code, ...parts] of planned) {
      const messages = findings.filter((finding) => finding.code === code).map(({ message }) => message);
      expect(messages.filter((message) => parts.every((part) => message.includes(part))), `${code} ${parts.join(' ')} in ${messages.join('\n')}`).toHaveLength(1);
    }
    expect(findings.filter(({ code }) => code === 'DDL_LOSSY_CHOICE')).toHaveLength(planned.filter(([code]) => code === 'DDL_LOSSY_CHOICE').length);
    for (const { name, redshiftType } of columns) expect(createTable).toMatch(new RegExp(`"${name}" ${ddlType(redshiftType).replace(/[()]/g, '\\$&')}[ ,\n]`));
  });

  test.each(POLICY_TABLES)('$table: $types', async ({ table, columns, expected, counts }) => {
    expect(policyLines(tableResult(ended, table).policy_counts)).toEqual(counts);
    const names = columns.map(({ name }) => name);
    const rows = await targetRows(table, names);
    expect(rows).toEqual(expected.map((values, index) => Object.fromEntries([['id', String(index + 1)], ...names.map((name, column) => [name, values[column]!] as const)])));
    expect(await targetTypes(table)).toMatchObject(Object.fromEntries(columns.map(({ name, redshiftType }) => [name, redshiftType])));
  });

  test.each(POLICY_TABLES)('the parts of $table hold the same, by three independent readers', async ({ table, columns, expected, staged = {} }) => {
    await expectParts(table, columns.map(({ name }) => name), expected.map((values, row) => columns.map(({ name, redshiftType }, index) => {
      const cell = staged[name] === undefined ? values[index]! : staged[name][row]!;
      return cell === null ? null : partText(redshiftType, cell);
    })));
  });

  test('invalid_utf8: replace puts U+FFFD for each longest part that is not UTF-8', async () => {
    expect(policyLines(tableResult(ended, 'replaced').policy_counts)).toEqual(['words invalid_utf8 replace 2']);
    const words = ['\ufffd'.repeat(16), 'A\ufffdéB\ufffdA\ufffd\ufffd\ufffd\ufffdC\ufffd', 'fine', null];
    expect(await targetRows('replaced', ['words'])).toEqual(words.map((word, index) => ({ id: String(index + 1), words: word })));
    await expectParts('replaced', ['words'], words.map((word) => [word]));
  });

  test('a row just below 4 MB is loaded', async () => {
    expect(await stack.target.rows('SELECT id, octet_length(c1) AS first, octet_length(c63) AS last FROM reporting.wide_row')).toEqual([{ id: '1', first: '65535', last: '65535' }]);
    await expectParts('wide_row', ['c1', 'c63'], [['w'.repeat(65_535), 'w'.repeat(65_535)]]);
  });
});
