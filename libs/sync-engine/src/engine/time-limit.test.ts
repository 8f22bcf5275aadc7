import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimeLimit } from './time-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the signal aborts with a code when the time is up', () => {
  using limit = new TimeLimit(new AbortController().signal, 90_000);
  vi.advanceTimersByTime(89_999);
  expect(limit.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(limit.signal.reason).toMatchObject({ code: 'SYNC_TIMEOUT', exit: 22, message: 'The run took longer than 1.5 minutes and stopped; what was staged and loaded so far stands.' });
});

test('an interruption comes through with its own reason', () => {
  const controller = new AbortController();
  using limit = new TimeLimit(controller.signal, 90_000);
  controller.abort('stop');
  expect(limit.signal.reason).toBe('stop');
});

test.each([0, 1e12])('%d is no limit', (timeoutMs) => {
  const { signal } = new AbortController();
  using limit = new TimeLimit(signal, timeoutMs);
  expect(limit.signal).toBe(signal);
  expect(vi.getTimerCount()).toBe(0);
});

test('a run that ended leaves no timer', () => {
  new TimeLimit(new AbortController().signal, 90_000)[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
