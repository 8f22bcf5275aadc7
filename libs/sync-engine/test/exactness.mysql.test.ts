import { createHash, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { HybridStrategy } from '@tidemark/cdc-strategies';
import { openMysqlConnection } from '@tidemark/connections';
import { DEFAULT_TYPE_POLICIES, planTable, type TypePolicies } from '@tidemark/ddl-optimizer';
import { Secret, type StagedColumn } from '@tidemark/domain';
import { TableReader } from '@tidemark/extractor';
import { createPartWriter, type ByteSink } from '@tidemark/parquet-writer';
import { mysqlForTests, type MysqlForTests } from '@tidemark/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExpectedCell, GeneratedColumn } from './generated-column.ts';
import { anyTableOf, type GeneratedTable } from './generated-table.ts';

const FIXED_SEED = 20_240_229;
const FIXED_TABLES = 15;
const FRESH_TABLES = 5;
const CURSOR = { timestampColumn: 'updated_at', idColumn: 'id', timestampFormat: 'datetime', lagMs: 0, lookbackMs: 0, nullCursor: 'fail', additionalWhere: null, cursorTimeZone: 'UTC' } as const;

let mysql: MysqlForTests;
let reader: TableReader;
let duckdb: DuckDBConnection;
let folder: string;

beforeAll(async () => {
  mysql = await mysqlForTests();
  await mysql.run("SET SESSION sql_mode = '', time_zone = '+00:00', innodb_strict_mode = OFF");
  const { host, port, database, reader: login } = mysql;
  const openConnection = () => openMysqlConnection({ name: 'SHOP_RO', host, port, database, username: login.username, password: new Secret(login.password), tls: { mode: 'preferred', caFile: null } });
  reader = new TableReader({ openConnection, killQuery: () => Promise.reject(new Error('no reading is given up here')) }, { progressTimeoutMs: 30_000 });
  duckdb = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  folder = await mkdtemp(join(tmpdir(), 'tidemark-exactness-'));
});
afterAll(async () => {
  duckdb.closeSync();
  await rm(folder, { recursive: true });
  await mysql[Symbol.asyncDispose]();
});

/** A path of its own for each file: DuckDB remembers what stood under a path. */
let fileCount = 0;
const nextPath = (): string => join(folder, `${(fileCount += 1)}.parquet`);

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

async function createTable({ columns, rowCount }: GeneratedTable): Promise<void> {
  await mysql.run('DROP TABLE IF EXISTS any_table');
  await mysql.run(`CREATE TABLE any_table (id INT NOT NULL PRIMARY KEY, ${columns.map(({ name, ddl }) => `${quoted(name)} ${ddl}`).join(', ')}, updated_at DATETIME NOT NULL) CHARACTER SET utf8mb4`);
  for (let row = 0; row < rowCount; row++) await mysql.run(`INSERT INTO any_table VALUES (${row}, ${columns.map(({ literals }) => literals[row]!).join(', ')}, '2024-01-01')`);
}

/** What the file must hold, from what the server says about each value. */
async function expectedRows({ columns, policies }: GeneratedTable): Promise<ExpectedCell[][]> {
  const rows = await mysql.rows(`SELECT ${columns.map(({ name, ask }, index) => `${ask(quoted(name))} AS c${index}`).join(', ')} FROM any_table ORDER BY id`);
  return rows.map((row) => columns.map(({ expect: rule }, index) => {
    const answer = row[`c${index}`] ?? null;
    return answer === null ? { text: null, policies: [] } : rule(answer, policies);
  }));
}

interface Read {
  readonly columns: readonly StagedColumn[];
  /** `column policy action`, once per value. */
  readonly applied: readonly string[];
  readonly files: readonly Uint8Array[];
}

/** The way of the product: description, plan, query, packets, column batches, parts. */
async function readToParts({ policies, batchRows, targetFileBytes, compression }: GeneratedTable): Promise<Read> {
  const { zeroDate, oversize, tinyint1, bit1, time, geometry } = policies;
  const chosen: TypePolicies = { ...DEFAULT_TYPE_POLICIES, zeroDate, oversizeString: oversize, oversizeBinary: oversize, nulByte: 'strip', invalidUtf8: 'replace', tinyint1, bit1, time, geometry };
  const source = await reader.describe(mysql.database, 'any_table');
  const { columns } = planTable(source, { include: null, exclude: [], policies: chosen });
  const query = new HybridStrategy(source, CURSOR).firstLoad(columns, null)!.query(null, 1000);
  const files: Uint8Array[] = [];
  const writer = createPartWriter({ columns, keyOf: (part) => `part-${part}`, targetFileBytes, compression, openSink: () => Promise.resolve(memorySink(files)) });
  const applied: string[] = [];
  for await (const { batch, policies: counts } of reader.read(query, { maxBatchRows: batchRows, maxBatchBytes: 1_000_000 }, new AbortController().signal)) {
    for (const { column, policy, action, count } of counts) for (let n = 0; n < count; n++) applied.push(`${column} ${policy} ${action}`);
    await writer.write(batch);
  }
  await writer.finish();
  return { columns, applied, files };
}

function memorySink(files: Uint8Array[]): ByteSink {
  const chunks: Uint8Array[] = [];
  return {
    write: (chunk) => Promise.resolve(void chunks.push(chunk)),
    close: () => {
      const file = Buffer.concat(chunks);
      files.push(file);
      return Promise.resolve({ etag: createHash('md5').update(file).digest('hex'), byteLength: file.length });
    },
    abort: () => Promise.resolve(),
  };
}

/** Every value as DuckDB's own text, in the order of the files; characters as bytes, since a decoder would drop a byte order mark. */
async function duckdbRows(files: readonly Uint8Array[], columnCount: number): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  const names = Array.from({ length: columnCount }, (_unused, index) => `c${index}`);
  for (const file of files) {
    const path = nextPath();
    await writeFile(path, file);
    const result = await duckdb.runAndReadAll(`SELECT ${names.map((name) => `hex(encode(${name}::VARCHAR))`).join(', ')} FROM read_parquet('${path}') AS t(${names.join(', ')})`);
    rows.push(...result.getRows().map((row) => row.map((hex) => (hex === null ? null : Buffer.from(hex as string, 'hex').toString('utf8')))));
  }
  return rows;
}

function actionOf(policy: string, { policies }: GeneratedTable): string {
  if (policy === 'zero_date') return policies.zeroDate;
  if (policy === 'invalid_utf8') return 'replace';
  return policy === 'nul_byte' ? 'strip' : policies.oversize;
}

async function expectExact(table: GeneratedTable): Promise<void> {
  await createTable(table);
  const expected = await expectedRows(table);
  const { columns: staged, applied, files } = await readToParts(table);
  const rows = await duckdbRows(files, staged.length);
  expect(rows.map((row) => row[0])).toEqual(Array.from({ length: table.rowCount }, (_unused, row) => String(row)));
  const differences = table.columns.flatMap(({ ddl, literals, found }: GeneratedColumn, index) =>
    expected.flatMap((row, rowIndex) => {
      const text = rows[rowIndex]![index + 1] ?? null;
      const read = text === null ? null : found(text);
      return read === row[index]!.text ? [] : [{ ddl, literal: literals[rowIndex], read, expected: row[index]!.text }];
    }),
  );
  expect(differences).toEqual([]);
  const due = expected.flatMap((row) => row.flatMap(({ policies }, index) => policies.map((policy) => `${table.columns[index]!.name} ${policy} ${actionOf(policy, table)}`)));
  expect([...applied].sort()).toEqual(due.sort());
}

async function checkTables(seed: number, numRuns: number): Promise<void> {
  const { failed, numRuns: tables, counterexamplePath, errorInstance } = await fc.check(fc.asyncProperty(anyTableOf(mysql.isMariadb), expectExact), { seed, numRuns, endOnFailure: true });
  if (failed) throw new Error(`table ${counterexamplePath} of seed ${seed} does not arrive`, { cause: errorInstance });
  expect(tables).toBe(numRuns);
}

test(`I6: ${FIXED_TABLES} generated tables arrive as the server holds them`, async () => {
  await checkTables(FIXED_SEED, FIXED_TABLES);
});

test(`I6: ${FRESH_TABLES} fresh ones too`, async () => {
  const seed = randomInt(2 ** 31);
  console.log(`seed of the fresh tables: ${seed}`);
  await checkTables(seed, FRESH_TABLES);
});
