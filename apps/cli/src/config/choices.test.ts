import { expect, test } from 'vitest';
import { choices } from './choices.ts';

test('features lists what a table can be set to', () => {
  expect(choices()).toEqual({
    cdc_strategy: expect.arrayContaining(['hybrid', 'timestamp_only', 'id_only', 'full_sync', 'custom_sql']),
    load_mode: expect.arrayContaining(['append', 'merge', 'replace', 'scd2']),
    late_commits: expect.arrayContaining(['lookback', 'guard', 'accept']),
    null_cursor: expect.arrayContaining(['fail', 'include', 'exclude']),
  });
});
