import type { MysqlSession } from '@tidemark/local-stack';
import type { BenchTable } from './bench-table.ts';

/** Rows of one transaction. */
const CHUNK_ROWS = 500_000;

export function createTableSql({ name, columns }: BenchTable): string {
  return `CREATE TABLE \`${name}\` (${columns.map((column) => `\`${column.name}\` ${column.type}`).join(', ')}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
}

/** The rows from one number to another, both included. They come from MariaDB's table of numbers: https://mariadb.com/kb/en/sequence-storage-engine/ */
export function insertSql({ name, columns }: BenchTable, from: number, to: number): string {
  const names = columns.map((column) => `\`${column.name}\``).join(', ');
  return `INSERT INTO \`${name}\` (${names}) SELECT ${columns.map((column) => column.value).join(', ')} FROM seq_${from}_to_${to}`;
}

/** Makes a table and fills it. The same number of rows always gives the same rows. */
export async function fillTable(session: MysqlSession, table: BenchTable, rowCount: number): Promise<void> {
  await session.run(createTableSql(table));
  for (let from = 1; from <= rowCount; from += CHUNK_ROWS) {
    const to = Math.min(rowCount, from + CHUNK_ROWS - 1);
    const inserted = await session.run(insertSql(table, from, to));
    if (inserted !== to - from + 1) throw new Error(`${inserted} rows were inserted into ${table.name} instead of ${to - from + 1}`);
  }
}
