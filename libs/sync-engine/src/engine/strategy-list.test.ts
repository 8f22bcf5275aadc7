import { MANIFEST_SCHEMA } from '@tidemark/layout';
import { expect, test } from 'vitest';
import { PROMISES } from './promises.ts';
import { listStrategies } from './strategy-list.ts';

test('every promise is listed once, under its strategy', () => {
  const listed = listStrategies().flatMap(({ strategy, modes }) => modes.map((mode) => ({ strategy, ...mode })));
  expect(listed).toHaveLength(PROMISES.length);
  expect(listed).toEqual(expect.arrayContaining([...PROMISES]));
});

test('every strategy says what it promises with every load mode, or that the pair is refused', () => {
  const { frozen } = MANIFEST_SCHEMA.properties as { frozen: { properties: { mode: { enum: readonly string[] } } } };
  const modes = frozen.properties.mode.enum;
  expect(modes.length).toBeGreaterThan(3);
  for (const { strategy, modes: promised } of listStrategies()) expect(promised.map(({ mode }) => mode).sort(), strategy).toEqual([...modes].sort());
});

test('custom_sql needs custom_query, by the name of its key', () => {
  expect(listStrategies().find(({ strategy }) => strategy === 'custom_sql')?.needs).toMatch(/^custom_query\b/u);
});
