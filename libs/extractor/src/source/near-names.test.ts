import { expect, test } from 'vitest';
import { nearNames } from './near-names.ts';

test.each<[string, readonly string[], readonly string[]]>([
  ['order', ['orders', 'customers', 'order_items', 'ORDER'], ['ORDER', 'orders', 'order_items']],
  ['oders', ['orders', 'odes'], ['odes', 'orders']],
  ['x', ['xylophone', 'y'], ['y']],
  ['anything', [], []],
  ['t', ['t1', 't2', 't3', 't4', 't5', 't6'], ['t1', 't2', 't3', 't4', 't5']],
])('%s among %j', (wanted, names, expected) => {
  expect(nearNames(wanted, names)).toEqual(expected);
});
