import { expect, test } from 'vitest';
import { COMMANDS } from './index.ts';
import { renamedCommand } from './old-commands.ts';

test.each([
  ['watermark-count set-count -t sales.orders --count 5', 'watermark count set -t sales.orders --count 5'],
  ['watermark-count validate-counts -t a', 'watermark count validate -t a'],
  ['watermark force-reset -t a', 'watermark reset --force -t a'],
  ['multi-schema setup', 'config setup'],
  ['multi-schema info', 'config status'],
  ['cdc validate-pipeline shop', 'config validate-pipeline shop'],
  ['cdc examples', 'cdc strategies'],
])('%s', (old, now) => {
  const renamed = renamedCommand(old.split(' '));
  expect(renamed.argv.join(' ')).toBe(now);
  expect(renamed.notice).toMatch(/^tidemark .* is now tidemark .*\.$/);
});

test('today’s commands stay as they are', () => {
  for (const id of Object.keys(COMMANDS)) {
    const argv = id.split(':');
    expect(renamedCommand(argv)).toEqual({ argv, notice: null });
  }
});
