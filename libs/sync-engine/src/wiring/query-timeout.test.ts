import { expect, test } from 'vitest';
import { MEMORY_TABLE } from '../testing/index.ts';
import { queryTimeoutOf } from './query-timeout.ts';

const waiting = (queryTimeoutMs: number) => ({ processing: { ...MEMORY_TABLE.processing, queryTimeoutMs } });

test('the longest of the tables', () => {
  expect(queryTimeoutOf([waiting(90_000), waiting(600_000), waiting(5_000)])).toBe(600_000);
});

test('a pipeline that lists no table has one too: commands that read nothing open it', () => {
  expect(queryTimeoutOf([])).toBeGreaterThan(0);
});
