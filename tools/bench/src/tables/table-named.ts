import type { BenchTable, TableName } from './bench-table.ts';
import { NARROW } from './narrow-table.ts';
import { WIDE } from './wide-table.ts';

export function tableNamed(name: TableName): BenchTable {
  return name === 'narrow' ? NARROW : WIDE;
}
