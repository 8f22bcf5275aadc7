import type { MysqlSession, PostgresSession } from '@tidemark/local-stack';
import type { ComparedTable } from './compared-table.ts';
import { type RowDifference, RowMultisetDifference } from './row-multiset.ts';
import { readSourceRows } from './source-rows.ts';
import { readTargetRows } from './target-rows.ts';

/** The source, which is faster, waits for the target when so many of its rows have no counterpart yet. */
const MOST_AHEAD = 20_000;

/** Where a table stands on both sides. */
export interface ComparisonSides {
  /** Its time zone is UTC and its database that of the table. */
  readonly source: MysqlSession;
  readonly target: PostgresSession;
  readonly targetSchema: string;
}

export interface TableComparison {
  readonly table: string;
  readonly sourceRowCount: number;
  readonly targetRowCount: number;
  /** Rows that the two sides do not have equally often. */
  readonly differences: readonly RowDifference[];
  /** True when there are rows, and both sides have the same ones equally often. */
  readonly isEqual: boolean;
}

/**
 * Compares all rows of a table as multisets of whole rows, by the text that each server gives.
 *
 * @throws Error when a side has other columns than the table's definition, since rows of other columns are not compared
 */
export async function compareTable(table: ComparedTable, sides: ComparisonSides): Promise<TableComparison> {
  await requireColumns(table, sides);
  const difference = new RowMultisetDifference();
  const selectList = (side: 'expected' | 'found'): string => table.columns.map((column) => column[side]).join(', ');
  let isTargetRead = false;
  const source = readSourceRows(sides.source, `SELECT ${selectList('expected')} FROM ${table.name}`, (values) => {
    difference.addSource(values);
    if (difference.size > MOST_AHEAD && !isTargetRead) source.pause();
  });
  const target = readTargetRows(sides.target, `SELECT ${selectList('found')} FROM ${sides.targetSchema}.${table.name}`, (values) => {
    difference.addTarget(values);
    if (difference.size === MOST_AHEAD / 2) source.resume();
  }).finally(() => {
    isTargetRead = true;
    source.resume();
  });
  const [sourceRowCount, targetRowCount] = await Promise.all([source.rowCount, target]);
  const differences = difference.differences();
  return { table: table.name, sourceRowCount, targetRowCount, differences, isEqual: differences.length === 0 && sourceRowCount > 0 };
}

async function requireColumns({ name, columns }: ComparedTable, { source, target, targetSchema }: ComparisonSides): Promise<void> {
  const wanted = columns.map((column) => column.name).sort();
  const inSource = (await source.rows(`SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${name}'`)).map((row) => row['name'] ?? '');
  const inTarget = (await target.client.query(`SELECT * FROM ${targetSchema}.${name} LIMIT 0`)).fields.map((field) => field.name);
  for (const [side, found] of [['source', inSource.sort()], ['target', inTarget.sort()]] as const) {
    if (found.join() !== wanted.join()) throw new Error(`${name} has the columns ${found.join(', ')} in the ${side}, and the comparison knows ${wanted.join(', ')}`);
  }
}
