import { expect, test } from 'vitest';
import { benchOptions } from './bench-options.ts';

test('without options everything is measured in full and written', () => {
  expect(benchOptions([], '/docs')).toEqual({ sizes: { narrow: 5_000_000, wide: 500_000, cost: 10_000_000, writer: 1_000_000 }, pairs: 5, only: null, out: '/docs', profile: null });
});

test('a smoke run and one for a single project write nothing unless a folder is named', () => {
  expect(benchOptions(['--quick'], '/docs')?.out).toBeNull();
  expect(benchOptions(['--only', 'extractor'], '/docs')).toMatchObject({ only: 'extractor', out: null });
  expect(benchOptions(['--quick', '--out', '/tmp/bench'], '/docs')?.out).toBe('/tmp/bench');
});

test('sizes are taken one by one', () => {
  expect(benchOptions(['--quick', '--narrow-rows', '300', '--pairs', '2'], '/docs')).toMatchObject({ sizes: { narrow: 300, wide: 2_000 }, pairs: 2 });
});

test.each([[['--only', 'layout']], [['--pairs', '0']], [['--pairs', '1.5']], [['--wide-rows', 'many']], [['--writer-rows', '9']], [['--fast']], [['quick']]])('%j is refused', (args) => {
  expect(benchOptions(args, '/docs')).toBeUndefined();
});
