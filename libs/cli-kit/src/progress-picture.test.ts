import type { SyncEvent } from '@tidemark/domain';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { pictureLines } from './progress-picture.ts';
import { RunProgress } from './run-progress.ts';

const START = Date.parse('2026-01-31T12:00:00.000Z');
const NAMES = ['SHOP_RO:sales.orders', 'SHOP_RO:sales.order_items', 'SHOP_RO:sales.größe_数量'];

type Body = Partial<Record<keyof Extract<SyncEvent, { type: 'table' }> | 'rows' | 'bytes' | 'epoch' | 'seq' | 'tables', unknown>>;

const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();
const event = (seconds: number, body: Body): SyncEvent => ({ v: 1, at: at(seconds), runId: 'r', pipeline: 'shop_pipeline', ...body }) as unknown as SyncEvent;

/** A run that has read rows of these tables for ten seconds. */
function run(tables: readonly { readonly name: string; readonly rows: number; readonly rowsToRead?: number; readonly isDone?: boolean }[], expected = tables.map(({ name }) => name)): RunProgress {
  const progress = new RunProgress();
  progress.add(event(0, { type: 'run', phase: 'started', tables: expected }));
  for (const { name: table, rows, rowsToRead, isDone } of tables) {
    progress.add(event(0, { type: 'table', phase: 'started', table }));
    progress.add(event(0, { type: 'table', phase: 'planned', table, estimatedRows: 9_999_999, ...(rowsToRead === undefined ? {} : { rowsToRead }) }));
    progress.add(event(10, { type: 'batch', phase: 'reading', table, epoch: 1, seq: 1, rows, bytes: rows * 10 }));
    if (isDone === true) progress.add(event(10, { type: 'table', phase: 'finished', table }));
  }
  return progress;
}

const picture = (progress: RunProgress, columns = 120, rows = 24): readonly string[] => pictureLines(progress, at(10), columns, rows);

test('each table at work has a line, and all of them one: rows, rate, bytes, stage, and about how long it takes', () => {
  expect(picture(run([{ name: NAMES[0]!, rows: 250_000, rowsToRead: 1_000_000 }, { name: NAMES[1]!, rows: 500_000, rowsToRead: 1_000_000 }]))).toEqual([
    'SHOP_RO:sales.orders      █████░░░░░░░░░░░░░░░ 250,000 rows  25,000 rows/s  2.5 MB  reading  about 30 s left',
    'SHOP_RO:sales.order_items ██████████░░░░░░░░░░ 500,000 rows  50,000 rows/s  5.0 MB  reading  about 10 s left',
    'all 2 tables              ████████░░░░░░░░░░░░ 750,000 rows  75,000 rows/s  7.5 MB  0 done  about 17 s left',
  ]);
});

test('an increment has no estimate of what it reads, so nothing is said of the time that is left', () => {
  expect(picture(run([{ name: NAMES[0]!, rows: 250_000 }]))).toEqual(['SHOP_RO:sales.orders ░░░░░░░░░░░░░░░░░░░░ 250,000 rows  25,000 rows/s  2.5 MB  reading']);
});

test('what is left of all is known when it is known of every table; one that has not begun is not known', () => {
  const tables = [{ name: NAMES[0]!, rows: 250_000, rowsToRead: 1_000_000 }, { name: NAMES[1]!, rows: 40, isDone: true }];
  expect(picture(run(tables)).at(-1)).toMatch(/^all 2 tables .* 1 done {2}about 30 s left$/);
  expect(picture(run(tables, NAMES)).at(-1)).toMatch(/^all 3 tables .* 1 done$/);
  expect(picture(run([...tables, { name: NAMES[2]!, rows: 1 }])).at(-1)).toMatch(/^all 3 tables .* 1 done$/);
});

test('more rows than were estimated are not a time below zero, and a long time is told in hours', () => {
  expect(picture(run([{ name: NAMES[0]!, rows: 2_000, rowsToRead: 1_000 }]))[0]).toMatch(/^SHOP_RO:sales.orders █{20} 2,000 rows .* reading$/);
  expect(picture(run([{ name: NAMES[0]!, rows: 1_000, rowsToRead: 1_000_000 }]))[0]).toContain('about 2h 46m 30s left');
});

test('no line is wider than the terminal, in any width, and none is broken in two', () => {
  const progress = run(NAMES.map((name) => ({ name, rows: 123_456_789, rowsToRead: 999_999_999 })));
  for (let columns = 1; columns <= 160; columns++) {
    const lines = picture(progress, columns);
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(stringWidth(line), `${columns}: ${line}`).toBeLessThan(Math.max(columns, 2));
  }
  expect(picture(progress, 110)[0]).toMatch(/^SHOP_RO:sales\.orders +█░{9} 123,456,789 rows {2}12,345,679 rows\/s/);
  expect(picture(progress, 80)[0]).toBe('SHOP_RO:sales.orders      123,456,789 rows  reading  about 1m 12s left');
  expect(picture(progress, 45)[0]).toMatch(/^SHOP_RO.*….*orders +123,456,789 rows {2}reading$/);
});

test('no more lines than the terminal has rows, and the line of all stays', () => {
  const names = Array.from({ length: 40 }, (_, index) => `SHOP_RO:sales.t${index}`);
  const lines = picture(run(names.map((name) => ({ name, rows: 1 }))), 120, 10);
  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toMatch(/^all 40 tables /);
});
