import { expect, test } from 'vitest';
import { PROMISES } from './promises.ts';
import { listStrategies } from './strategy-list.ts';

test('every promise is listed once, under its strategy', () => {
  const listed = listStrategies().flatMap(({ strategy, modes }) => modes.map((mode) => ({ strategy, ...mode })));
  expect(listed).toHaveLength(PROMISES.length);
  expect(listed).toEqual(expect.arrayContaining([...PROMISES]));
});
