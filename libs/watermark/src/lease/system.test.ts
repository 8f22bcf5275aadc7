import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { systemLeaseClock } from './lease-clock.ts';
import { standingOf } from './lease-standing.ts';
import { systemProcessTable } from './process-table.ts';

describe('the clock of the machine', () => {
  test('goes on, and timers call back once', async () => {
    const clock = systemLeaseClock();
    const start = clock.elapsedMs();
    const called: string[] = [];
    clock.schedule(5, () => called.push('kept'));
    clock.schedule(5, () => called.push('cancelled'))();
    await clock.sleep(60, new AbortController().signal);
    expect(called).toEqual(['kept']);
    const passed = clock.elapsedMs() - start;
    // /proc/uptime has steps of 10 ms and is not the clock that wakes a sleeper: that it goes on is what counts.
    expect(passed).toBeGreaterThan(0);
    expect(passed).toBeLessThan(30_000);
  });

  test('a sleep ends with its signal', async () => {
    const reason = new Error('stop');
    await expect(systemLeaseClock().sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('the processes of this host', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const table = systemProcessTable();
  const self = { ...table.self(), run_id: 'run' };

  test('this one is known and alive', () => {
    expect(self).toMatchObject({ host: hostname(), pid: process.pid });
    expect(self.boot_id).toMatch(/^[0-9a-f-]{36}:\d+$/);
    expect(self.process_start).toMatch(/^\d+$/);
    expect(table.isDead(self)).toBe(false);
  });

  test('another one is alive until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    children.push(child);
    await once(child, 'spawn');
    const owner = { ...self, pid: child.pid!, process_start: null };
    expect(table.isDead(owner)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(table.isDead(owner)).toBe(true);
  });

  test('a process that is stopped is alive', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    children.push(child);
    await once(child, 'spawn');
    child.kill('SIGSTOP');
    expect(table.isDead({ ...self, pid: child.pid!, process_start: null })).toBe(false);
  });

  test('one with its number that began at another time is not the same', () => {
    expect(table.isDead({ ...self, process_start: '1' })).toBe(true);
    expect(table.isDead({ ...self, pid: 1, process_start: null })).toBe(false);
  });

  test.each([{ host: 'elsewhere' }, { boot_id: 'another-boot:1' }, { boot_id: null }])('nobody of %j is known to be dead', (other) => {
    expect(table.isDead({ ...self, process_start: '1', ...other })).toBe(false);
  });
});

describe('standingOf', () => {
  const document = { format_version: 1, write_id: 'w', pipeline: 'p', target: 't', table: 'C:s.t', generation: 1, owner: { run_id: 'r', host: 'h', pid: 1, boot_id: null, process_start: null }, status: 'held', ttl_ms: 60_000, acquired_at: '2026-01-31T12:00:00.000Z', renewed_at: '2026-01-31T12:00:00.000Z' } as const;
  const lastModified = new Date('2026-01-31T12:00:00Z');
  const at = (text: string) => ({ lastModified, date: new Date(text) });

  test('dates are cut to seconds, so a second more than the lease lasts must have passed', () => {
    expect(standingOf(document, at('2026-01-31T12:01:00Z'), false).state).toBe('held');
    expect(standingOf(document, at('2026-01-31T12:01:01Z'), false)).toEqual({ state: 'expired', until: new Date('2026-01-31T12:01:01Z') });
  });
  test('a dead holder and a release end it at once', () => {
    expect(standingOf(document, at('2026-01-31T12:00:00Z'), true).state).toBe('holder_dead');
    expect(standingOf({ ...document, status: 'released' }, at('2026-01-31T12:00:00Z'), false).state).toBe('released');
  });
});
