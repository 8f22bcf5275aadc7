import type { MysqlSession } from '@tidemark/local-stack';
import { type SampleTable, createTableSql, indexCursorSql, insertPastSql } from './sample-table.ts';
import { CUSTOMERS, ORDERS, ORDER_ITEMS } from './shop-tables.ts';
import { POLICY_SAMPLES, TYPE_SAMPLES } from './type-table.ts';

/** How many rows each table of the sample source has at first. */
export interface SampleSize {
  readonly customers: number;
  readonly orders: number;
  readonly order_items: number;
  readonly type_samples: number;
  readonly policy_samples: number;
}

export type SampleTableName = keyof SampleSize;

export const SAMPLE_TABLES: Readonly<Record<SampleTableName, SampleTable>> = {
  customers: CUSTOMERS,
  orders: ORDERS,
  order_items: ORDER_ITEMS,
  type_samples: TYPE_SAMPLES,
  policy_samples: POLICY_SAMPLES,
};

/** The size of everything for a number of orders. */
export function sampleSize(orderCount: number): SampleSize {
  const samples = Math.min(1200, 200 + Math.ceil(orderCount / 250));
  return { customers: Math.ceil(orderCount / 15), orders: orderCount, order_items: 2 * orderCount, type_samples: samples, policy_samples: Math.ceil(samples / 4) };
}

/** Opens a session in the sample's database as the sample is written and read: UTC, zero dates allowed, nothing in the binary log. */
export async function prepareSourceSession(session: MysqlSession): Promise<MysqlSession> {
  // A connection that is lost between two statements makes the next one fail; without a listener it would end the process.
  session.connection.on('error', () => undefined);
  await session.run(`SET SESSION time_zone = '+00:00', sql_mode = '', sql_log_bin = 0`);
  return session;
}

/**
 * Makes and fills tables, in the given order. Tables of the same name are dropped first.
 * The rows are dated years back; each statement makes all rows of its table.
 */
export async function buildTables(session: MysqlSession, names: readonly SampleTableName[], size: SampleSize): Promise<void> {
  // Into an empty table without these checks InnoDB writes whole pages and no undo log per row.
  // https://mariadb.com/kb/en/innodb-unique-checks/
  await session.run('SET SESSION unique_checks = 0, foreign_key_checks = 0');
  for (const name of names) {
    const table = SAMPLE_TABLES[name];
    await session.run(`DROP TABLE IF EXISTS ${name}`);
    await session.run(createTableSql(table));
    await session.run(insertPastSql(table, 1, size[name]));
    await session.run(indexCursorSql(table));
  }
  await session.run('SET SESSION unique_checks = 1, foreign_key_checks = 1');
}
