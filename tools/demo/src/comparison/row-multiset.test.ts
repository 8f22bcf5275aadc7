import { expect, test } from 'vitest';
import { RowMultisetDifference } from './row-multiset.ts';

type Row = readonly (string | null)[];

function differencesOf(source: readonly Row[], target: readonly Row[]): { row: string; surplus: number }[] {
  const difference = new RowMultisetDifference();
  for (const row of source) difference.addSource(row);
  for (const row of target) difference.addTarget(row);
  return difference.differences();
}

test('the same rows in another order, duplicates included, are equal', () => {
  expect(differencesOf([['1', 'a'], ['2', null], ['2', null]], [['2', null], ['1', 'a'], ['2', null]])).toEqual([]);
});

test('how often a row occurs counts', () => {
  expect(differencesOf([['1'], ['1']], [['1']])).toEqual([{ row: '["1"]', surplus: 1 }]);
  expect(differencesOf([['1']], [['1'], ['1'], ['1']])).toEqual([{ row: '["1"]', surplus: -2 }]);
});

test.each<[string, Row, Row]>([
  ['NULL and the word', [null], ['null']],
  ['NULL and the empty text', [null], ['']],
  ['a trailing blank', ['a'], ['a ']],
  ['the border of two values', ['a","b', 'c'], ['a', 'b","c']],
  ['a value that moved to the next column', ['a', ''], ['', 'a']],
  ['composed and decomposed characters', ['\u00e9'], ['e\u0301']],
])('%s: the rows differ', (_, source, target) => {
  expect(differencesOf([source], [target])).toHaveLength(2);
});
