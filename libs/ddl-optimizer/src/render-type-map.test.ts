import { expect, test } from 'vitest';
import { renderTypeMap } from './render-type-map.ts';
import { TYPE_MAP } from './type-map.ts';

test('the page has a row for every rule', () => {
  const rows = renderTypeMap().split('\n').filter((line) => line.startsWith('| '));
  expect(rows).toHaveLength(TYPE_MAP.length + 1);
  expect(rows).toContain('| FLOAT | `{c} * 1E0` | FLOAT | REAL | exact; as text the server would round to 6 digits |');
  expect(rows).toContain('| TINYINT(1), BOOL (display width 1, tinyint1: boolean) | `{c}` | BOOLEAN | BOOLEAN | a value other than 0 and 1 fails |');
  expect(rows).toContain('| GEOMETRY and its kinds (geometry: fail) | | | | refused when planning |');
});
