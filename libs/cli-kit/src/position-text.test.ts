import { expect, test } from 'vitest';
import { positionText } from './position-text.ts';

test.each([
  [null, 'from the beginning'],
  [{ kind: 'tick', column: 'updated_at', value: '2026-01-31 12:00:00' }, 'from updated_at 2026-01-31 12:00:00 on'],
  [{ kind: 'keyset', columns: ['updated_at', 'id'], values: ['2026-01-31 12:00:00', '7'] }, 'after updated_at 2026-01-31 12:00:00, id 7'],
  [{ kind: 'pk', columns: ['id'], values: ['7'] }, 'first load, after id 7'],
  [{ kind: 'gtid', gtid: '0-1-42' }, 'after transaction 0-1-42'],
] as const)('%j is shown as %s', (position, text) => {
  expect(positionText(position)).toBe(text);
});
