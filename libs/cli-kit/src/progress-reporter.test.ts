import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { SyncEvent } from '@tidemark/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { progressReporter, quietReporter } from './progress-reporter.ts';

const TABLE = 'SHOP_RO:sales.orders';
const START = Date.parse('2026-01-31T12:00:00.000Z');

type Body = SyncEvent extends infer Event ? (Event extends { table: string } ? Omit<Event, 'v' | 'at' | 'runId' | 'pipeline' | 'table'> : never) : never;

function event(atMs: number, body: Body, table = TABLE): SyncEvent {
  return { v: 1, at: new Date(START + atMs).toISOString(), runId: 'r', pipeline: 'shop_pipeline', table, ...body } as SyncEvent;
}

/** The events of a table with many batches, evenly over a time. */
function* tableEvents(batches: number, durationMs: number, table = TABLE): Iterable<SyncEvent> {
  yield event(0, { type: 'table', phase: 'started' }, table);
  yield event(1, { type: 'table', phase: 'planned', estimatedRows: batches * 100 }, table);
  for (let seq = 1; seq <= batches; seq++) {
    const atMs = Math.round((seq / batches) * durationMs);
    yield event(atMs, { type: 'batch', phase: 'started', epoch: 1, seq, rows: 0, bytes: 0 }, table);
    yield event(atMs, { type: 'batch', phase: 'reading', epoch: 1, seq, rows: 50, bytes: 500 }, table);
    yield event(atMs, { type: 'batch', phase: 'reading', epoch: 1, seq, rows: 100, bytes: 1000 }, table);
    yield event(atMs, { type: 'batch', phase: 'staged', epoch: 1, seq, rows: 100, bytes: 1000 }, table);
    yield event(atMs, { type: 'load', phase: 'started', batchIds: [`1-${seq}`], rows: 100 }, table);
    yield event(atMs, { type: 'load', phase: 'committed', batchIds: [`1-${seq}`], rows: 100, rowsInserted: 100, rowsDeleted: 0 }, table);
  }
  yield event(durationMs, { type: 'table', phase: 'finished', rowsExtracted: batches * 100, rowsLoaded: batches * 100 }, table);
}

/** A stream that remembers what was written to it, a terminal or not. */
function stream(isTTY: boolean, columns = 120): NodeJS.WriteStream & { readonly writes: string[]; readonly text: string } {
  const writes: string[] = [];
  const fake = Object.assign(new PassThrough(), { isTTY, columns, writes });
  fake.write = ((text: string) => writes.push(text) > 0) as typeof fake.write;
  Object.defineProperty(fake, 'text', { get: () => writes.join('') });
  return fake as unknown as ReturnType<typeof stream>;
}

function reportAll(to: ReturnType<typeof stream>, events: Iterable<SyncEvent>, env: Readonly<Record<string, string>> = {}): string {
  const reporter = progressReporter(to, env);
  for (const each of events) reporter.report(each);
  reporter.close();
  return to.text;
}

describe('lines in a pipe', () => {
  test('a table begins, is estimated, and ends with what was done', () => {
    expect(reportAll(stream(false), tableEvents(30, 3_210)).split('\n')).toEqual([
      `${TABLE}: started`,
      `${TABLE}: about 3,000 rows at the source`,
      `${TABLE}: done, 3,000 rows read, 3,000 loaded in 3.2 s`,
      '',
    ]);
  });

  test('a long run says how far it is every five seconds, however many batches it has', () => {
    const lines = reportAll(stream(false), tableEvents(10_000, 20_500)).trimEnd().split('\n');
    expect(lines).toHaveLength(3 + 4);
    expect(lines[2]).toMatch(/^SHOP_RO:sales\.orders: 2\d\d,\d{3} rows read \(2\.\d MB, [\d,]+ rows\/s\), 2,\d{3} batches staged, 2\d\d,\d{3} rows loaded$/);
    expect(lines.at(-1)).toBe(`${TABLE}: done, 1,000,000 rows read, 1,000,000 loaded in 20.5 s`);
  });

  test('each table is counted and throttled by itself', () => {
    const both = [...tableEvents(10, 6_000)].flatMap((each, index) => [each, [...tableEvents(10, 6_000, 'SHOP_RO:sales.customers')][index]!]);
    const lines = reportAll(stream(false), both).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith(`${TABLE}:`))).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith('SHOP_RO:sales.customers:'))).toHaveLength(4);
  });

  test('what must not be missed is said at once, what is only of interest is not', () => {
    const text = reportAll(stream(false), [
      event(0, { type: 'finding', finding: { code: 'CURSOR_NOT_INDEXED', severity: 'warning', message: 'No index begins with updated_at.', remedy: [] } }),
      event(0, { type: 'finding', finding: { code: 'DELETES_NOT_SEEN', severity: 'info', message: 'Merge does not see deletes.', remedy: [] } }),
      event(0, { type: 'load', phase: 'retrying', batchIds: ['1-1'], rows: 1, reason: 'serializable isolation violation' }),
      event(0, { type: 'lease', phase: 'acquired', generation: 1 }),
      event(0, { type: 'lease', phase: 'lost', generation: 1 }),
      event(0, { type: 'table', phase: 'failed', errorCode: 'LEASE_LOST' }),
    ]);
    expect(text.split('\n')).toEqual([
      `${TABLE}: warning: No index begins with updated_at.`,
      `${TABLE}: the load is tried again: serializable isolation violation`,
      `${TABLE}: the lease was lost`,
      `${TABLE}: failed, LEASE_LOST`,
      '',
    ]);
  });

  test('a hostile table name stays in its line and sends nothing to a terminal', () => {
    const text = reportAll(stream(false), [event(0, { type: 'table', phase: 'started' }, 'SHOP_RO:sales.a\nb\u001b[31m')]);
    expect(text).toBe('SHOP_RO:sales.a\\u000ab\\u001b[31m: started\n');
  });

  test.each<readonly [string, boolean, Readonly<Record<string, string>>]>([
    ['a pipe', false, {}],
    ['a pipe, colours forced', false, { FORCE_COLOR: '1' }],
    ['CI with a terminal', true, { CI: 'true' }],
    ['CI that says 1', true, { CI: '1' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
  ])('%s gets lines without a single escape code', (_name, isTTY, env) => {
    const text = reportAll(stream(isTTY), tableEvents(50, 30_000), env);
    expect(text.split('\n').length).toBeGreaterThan(4);
    expect(stripVTControlCharacters(text)).toBe(text);
    for (const code of ['\u001b', '\r', '\b']) expect(text).not.toContain(code);
  });
});

describe('bars on a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([['a terminal', {}], ['a terminal where CI is empty', { CI: '' }], ['a terminal where CI is false', { CI: 'false' }]])('%s', (_name, env) => {
    const text = stripVTControlCharacters(reportAll(stream(true), tableEvents(30, 3_000), env));
    expect(text).toContain(`${TABLE} ████████████████████ 3,000 rows  1,000 rows/s  30.0 kB  done`);
  });

  test('a table that has ended stays above those that are at work, and the last line is that of all', () => {
    const text = stripVTControlCharacters(reportAll(stream(true), [...tableEvents(3, 1_000), ...tableEvents(2, 1_000, 'SHOP_RO:sales.customers')]));
    const last = text.trimEnd().split('\n').slice(-3);
    expect(last[0]).toMatch(/SHOP_RO:sales\.orders .* 300 rows .* done/);
    expect(last[1]).toMatch(/SHOP_RO:sales\.customers .* 200 rows .* done/);
    expect(last[2]).toBe('all 2 tables ████████████████████ 500 rows  500 rows/s  5.0 kB  2 done');
  });

  test('a resize draws anew, from where the broken lines begin', () => {
    const to = stream(true, 120);
    const reporter = progressReporter(to, {});
    reporter.report(event(0, { type: 'table', phase: 'started' }));
    const width = stripVTControlCharacters(to.text).trim().length;
    to.writes.length = 0;
    to.columns = 40;
    to.emit('resize');
    expect(to.text).toContain(`\u001b[${Math.ceil(width / 40)}A\u001b[0J`);
    expect(stripVTControlCharacters(to.text).trim().length).toBeLessThan(40);
    reporter.close();
    expect(to.listenerCount('resize')).toBe(0);
  });

  test('a fast run does not flood: a picture is drawn ten times a second at most', () => {
    const to = stream(true);
    const reporter = progressReporter(to, {});
    const pictures = (): number => to.text.split(TABLE).length - 1;
    for (const each of [...tableEvents(20_000, 1_000)].slice(0, -1)) reporter.report(each);
    expect(pictures()).toBeLessThanOrEqual(2);
    vi.advanceTimersByTime(1_000);
    expect(pictures()).toBeLessThanOrEqual(13);
    reporter.close();
  });

  test('more rows than were estimated, and an estimate of none, are no trouble', () => {
    const text = stripVTControlCharacters(
      reportAll(stream(true), [
        event(0, { type: 'table', phase: 'planned', estimatedRows: 0 }),
        event(1_000, { type: 'batch', phase: 'reading', epoch: 1, seq: 1, rows: 5_000, bytes: 1 }),
        event(2_000, { type: 'table', phase: 'finished' }),
      ]),
    );
    expect(text).toMatch(/████ 5,000 rows {2}2,500 rows\/s {2}1 B {2}done/);
  });

  test('a table that fails says so in its bar and above it', () => {
    const text = stripVTControlCharacters(reportAll(stream(true), [event(0, { type: 'table', phase: 'started' }), event(9, { type: 'table', phase: 'failed', errorCode: 'LEASE_HELD' })]));
    expect(text).toContain(`${TABLE}: failed, LEASE_HELD\n`);
    expect(text).toMatch(/░ 0 rows .* failed LEASE_HELD/);
  });

  test('a warning is shown above the bars', () => {
    const finding = { code: 'X', severity: 'warning', message: 'No index begins with updated_at.', remedy: [] } as const;
    expect(stripVTControlCharacters(reportAll(stream(true), [event(0, { type: 'finding', finding })]))).toContain(`${TABLE}: warning: No index begins with updated_at.\n`);
  });

  test('a long name is shortened in its middle', () => {
    expect(stripVTControlCharacters(reportAll(stream(true), tableEvents(1, 1, `SHOP_RO:sales.${'x'.repeat(60)}_end`)))).toMatch(/SHOP_RO:sales\.x+…x+_end █/);
  });

  test.each<readonly [string, Readonly<Record<string, string>>]>([['NO_COLOR', { NO_COLOR: '1' }], ['colours', {}]])('with %s bars move the cursor and never change colours', (_name, env) => {
    // eslint-disable-next-line no-control-regex
    expect(reportAll(stream(true), tableEvents(3, 1_000), env)).not.toMatch(/\u001b\[[\d;]*m/);
  });

  test('the cursor is hidden while bars are drawn and shown again at the end, once', () => {
    const to = stream(true);
    const reporter = progressReporter(to, {});
    reporter.report(event(0, { type: 'table', phase: 'started' }));
    expect(to.text).toContain('\u001b[?25l');
    expect(to.text).not.toContain('\u001b[?25h');
    reporter.close();
    const length = to.writes.length;
    reporter.close();
    reporter.report(event(1, { type: 'table', phase: 'finished' }));
    expect(to.writes).toHaveLength(length);
    expect(to.text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(to.text.lastIndexOf('\u001b[?25l'));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a process that ends without closing shows the cursor again; a closed one has nothing left to do', () => {
    const to = stream(true);
    const before = process.listenerCount('exit');
    const reporter = progressReporter(to, {});
    expect(process.listenerCount('exit')).toBe(before + 1);
    process.listeners('exit').at(-1)!.call(process, 0);
    expect(to.text).toBe('\u001b[?25h');
    reporter.close();
    expect(process.listenerCount('exit')).toBe(before);
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')], 'signals are the command’s').toEqual([0, 0]);
  });
});

test('the quiet reporter says nothing', () => {
  const out = vi.spyOn(process.stderr, 'write');
  for (const each of tableEvents(2, 1)) quietReporter.report(each);
  quietReporter.close();
  expect(out).not.toHaveBeenCalled();
  out.mockRestore();
});
