import { expect, test } from 'vitest';
import { nearMisses } from './near-misses.ts';

test.each([
  ['sorce', ['source', 'target'], ['source']],
  ['SOURCE', ['source'], ['source']],
  ['tagret', ['source', 'target'], ['target']],
  ['lga', ['lag'], ['lag']],
  ['xyz', ['lag', 'tls'], []],
  ['batchsize', ['batch_size', 'batch_max_mb'], ['batch_size']],
  ['sales.ordrs', ['sales.orders', 'sales.order_items'], ['sales.orders']],
])('%s', (name, candidates, expected) => {
  expect(nearMisses(name, candidates)).toEqual(expected);
});
