import { describe, expect, test } from 'vitest';
import { configTexts } from '../../test/config-texts.ts';
import { problemsOf } from '../../test/problems-of.ts';
import { buildConfig } from '../build-config.ts';

const build = (table: string, more = '') => buildConfig(configTexts({ 'pipelines/shop.yml': `pipeline:\n  source: SHOP_RO\n  target: dw\n${more}tables:\n  sales.orders: { ${table} }\n` }));

describe('settings of a table that contradict each other', () => {
  test.each([
    ['a time column that is excluded', 'cdc_timestamp_column: updated_at, columns: { exclude: [Updated_At] }', '5:41: tables.sales.orders.cdc_timestamp_column: updated_at is in columns.exclude, and the strategy hybrid reads by it', 'Read the column, or name another one.'],
    ['an id column that is not included', 'cdc_strategy: id_only, cdc_id_column: id, columns: { include: [state] }', '5:57: tables.sales.orders.cdc_id_column: id is not in columns.include, and the strategy id_only reads by it', 'Read the column, or name another one.'],
    ['a merge key that is excluded', 'load_mode: merge, merge_keys: [id, shop], columns: { exclude: [shop] }', '5:49: tables.sales.orders.merge_keys: shop is in columns.exclude, and the mode merge compares rows by it', 'Read the column, or name another one.'],
    ['a key of a history that is excluded', 'load_mode: scd2, scd2: { keys: [customer] }, columns: { exclude: [customer] }', '5:50: tables.sales.orders.scd2.keys: customer is in columns.exclude, and the mode scd2 compares rows by it', 'Read the column, or name another one.'],
    ['rows without a time where rows are added', 'load_mode: append, null_cursor: include', '5:51: tables.sales.orders.null_cursor: null_cursor: include needs load_mode: merge, and it is append', 'Write null_cursor: exclude or fail, or load_mode: merge.'],
    ['an end for keys that an increment does not have', 'load_mode: scd2, scd2: { expire_missing: true }', '5:60: tables.sales.orders.scd2.expire_missing: scd2.expire_missing needs a complete snapshot, and cdc_strategy is hybrid', 'Write cdc_strategy: full_sync, or remove expire_missing.'],
    ['a query that is missing', 'cdc_strategy: custom_sql', '5:33: tables.sales.orders.cdc_strategy: custom_sql needs custom_query, and there is none', 'Write custom_query, or another cdc_strategy.'],
    ['a whole table that is appended', 'cdc_strategy: full_sync, load_mode: append', '5:55: tables.sales.orders.load_mode: full_sync reads the whole table in every run, and append would add all of it each time', 'Write load_mode: replace, merge or scd2.'],
    ['rows that would be read and appended again', 'load_mode: append, evolve_backfill: auto', '5:55: tables.sales.orders.evolve_backfill: evolve_backfill: auto reads the table anew, and append would add every row once more', 'Write evolve_backfill: stop, or load_mode: merge or scd2.'],
    ['a replacement by what is new', 'load_mode: replace', '5:30: tables.sales.orders.load_mode: replace needs the whole table, and hybrid reads what is new', 'Write cdc_strategy: full_sync, or load_mode: merge.'],
  ])('%s', (_name, table, message, remedy) => {
    expect(problemsOf(() => build(table)).map((problem) => [problem.message, problem.remedy])).toEqual([[`config/pipelines/shop.yml:${message}`, remedy]]);
  });

  test('come from all layers together', () => {
    expect(problemsOf(() => build('columns: { exclude: [updated_at] }', '  default_table_config: { cdc_timestamp_column: updated_at }\n'))[0]?.message).toBe(
      'config/pipelines/shop.yml:4:49: tables.sales.orders.cdc_timestamp_column: updated_at is in columns.exclude, and the strategy hybrid reads by it',
    );
  });

  test.each(['cdc_strategy: full_sync, cdc_id_column: id, columns: { exclude: [id] }', 'cdc_strategy: full_sync, load_mode: scd2, scd2: { expire_missing: true }', 'null_cursor: include', 'evolve_backfill: auto', 'load_mode: scd2, evolve_backfill: auto', 'cdc_strategy: custom_sql, custom_query: SELECT 1, load_mode: replace', 'load_mode: append, merge_keys: [id], columns: { exclude: [id] }'])('what fits together is let through: %s', (table) => {
    expect(build(table).pipeline('shop').tables).toHaveLength(1);
  });
});
