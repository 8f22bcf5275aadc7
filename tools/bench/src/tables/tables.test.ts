import { expect, test } from 'vitest';
import { createTableSql, insertSql } from './fill-table.ts';
import { NARROW } from './narrow-table.ts';
import { WIDE } from './wide-table.ts';

test('the narrow table has 6 columns and the wide one 41, under different names', () => {
  for (const [table, count] of [[NARROW, 6], [WIDE, 41]] as const) expect(new Set(table.columns.map(({ name }) => name)).size).toBe(count);
});

test('the same rows are asked for in every run', () => {
  expect(insertSql(NARROW, 501, 1000)).toBe(insertSql(NARROW, 501, 1000));
  expect(insertSql(NARROW, 501, 1000)).toMatch(/^INSERT INTO `narrow` \(`id`, .* FROM seq_501_to_1000$/);
  expect(createTableSql(WIDE)).toContain('`id` BIGINT NOT NULL PRIMARY KEY, `updated_at` DATETIME(6) NOT NULL,');
});
