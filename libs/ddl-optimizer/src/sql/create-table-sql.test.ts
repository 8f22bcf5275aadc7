import { expect, test } from 'vitest';
import { planTable } from '../plan-table.ts';
import { sourceColumn, sourceTable } from '../../test/source-column.ts';
import { DEFAULT_TYPE_POLICIES } from '../type-policies.ts';
import { createTableSql, stagingTableSql } from './create-table-sql.ts';

const types = ['bigint', 'tinyint(4)', 'int', 'decimal(19,2)', 'float', 'double', 'bit(1)', 'date', 'datetime(6)', 'varchar(10)', 'binary(16)'];
const { columns } = planTable(
  sourceTable(types.map((type) => sourceColumn(type, { name: type === 'bigint' ? 'order' : `a ${type.replace(/\W.*/, '')}"` }))),
  { policies: DEFAULT_TYPE_POLICIES, include: null, exclude: [] },
);

test('a target table: keys NOT NULL, everything else as Redshift chooses', () => {
  expect(createTableSql({ schema: 'reporting', table: 'orders' }, columns, { keys: ['order'] })).toBe(`CREATE TABLE "reporting"."orders" (
  "order" BIGINT NOT NULL,
  "a tinyint""" SMALLINT,
  "a int""" INTEGER,
  "a decimal""" DECIMAL(20,2),
  "a float""" REAL,
  "a double""" DOUBLE PRECISION,
  "a bit""" BOOLEAN,
  "a date""" DATE,
  "a datetime""" TIMESTAMP,
  "a varchar""" VARCHAR(40),
  "a binary""" VARCHAR(32)
)`);
});

test('a staging table: the same columns, all nullable', () => {
  expect(stagingTableSql('stage', columns.slice(0, 2))).toBe('CREATE TEMP TABLE "stage" (\n  "order" BIGINT,\n  "a tinyint""" SMALLINT\n)');
});

test('a column whose target has another type: COPY fills the staged one, the target has its own', () => {
  const column = { ...columns[0]!, target: { redshift: { name: 'DECIMAL', precision: 20, scale: 0 }, by: 'cast' } } as const;
  expect(createTableSql({ schema: 'reporting', table: 'orders' }, [column], { keys: [] })).toContain('"order" DECIMAL(20,0)');
  expect(stagingTableSql('stage', [column])).toContain('"order" BIGINT');
});

test.each([['', 'DDL_NAME_INVALID'], ['a\0b', 'DDL_NAME_INVALID'], ['x'.repeat(128), 'DDL_NAME_TOO_LONG']])('refuses %j as a table name', (table, code) => {
  expect(() => createTableSql({ schema: 'public', table }, columns, { keys: [] })).toThrow(expect.objectContaining({ code }));
});
