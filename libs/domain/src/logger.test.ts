import { expect, test, vi } from 'vitest';
import { silentLogger } from './logger.ts';

test.each(['debug', 'info', 'warn', 'error'] as const)('the silent logger writes nothing at %s', (level) => {
  const out = vi.spyOn(process.stdout, 'write');
  const err = vi.spyOn(process.stderr, 'write');
  silentLogger[level]({ table: 'SHOP_RO:sales.orders' }, 'part staged');
  expect(out).not.toHaveBeenCalled();
  expect(err).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
