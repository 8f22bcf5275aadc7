import stringWidth from 'string-width';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { shortenMiddle } from './shorten-middle.ts';
import { terminalWidth, textTable } from './text-table.ts';

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => stringWidth(line)));

describe('shortenMiddle', () => {
  test.each([
    ['SHOP_RO:sales.orders', 20, 'SHOP_RO:sales.orders'],
    ['SHOP_RO:sales.orders', 11, 'SHOP_…rders'],
    ['SHOP_RO:sales.orders', 10, 'SHOP_…ders'],
    ['SHOP_RO:sales.orders', 1, '…'],
    ['SHOP_RO:sales.orders', 0, ''],
    ['', 5, ''],
    ['注文注文注文', 7, '注…注文'],
    ['注文注文注文', 6, '注…文'],
    ['\u{1F468}‍\u{1F469}‍\u{1F467}abcdef', 5, '\u{1F468}‍\u{1F469}‍\u{1F467}…ef'],
  ])('%j in %d columns', (text, width, shown) => {
    expect(shortenMiddle(text, width)).toBe(shown);
  });

  test('is never wider than it may be, and keeps what fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-composite' }), fc.nat(30), (text, width) => {
        const shown = shortenMiddle(text, width);
        expect(stringWidth(shown)).toBeLessThanOrEqual(width);
        if (stringWidth(text) <= width) expect(shown).toBe(text);
      }),
      { seed: 20_260_131 },
    );
  });
});

describe('textTable', () => {
  test('headings, then rows; numbers stand right, nothing is a dash, no blanks at the ends of lines', () => {
    expect(textTable(['table', 'rows', 'state'], [['sales.orders', 1_234_567, 'loaded'], ['sales.customers', 3, null]], null)).toBe(
      ['table                 rows  state', 'sales.orders     1,234,567  loaded', 'sales.customers          3  -'].join('\n'),
    );
  });

  test('a column with a number missing is text', () => {
    expect(textTable(['rows'], [[1], [null]], null).split('\n')).toEqual(['rows', '1', '-']);
  });

  test('without rows there are headings', () => {
    expect(textTable(['table', 'rows'], [], null)).toBe('table  rows');
  });

  test('a hostile cell stays in its line', () => {
    expect(textTable(['table'], [['a\nb\u001b[31m']], null)).toBe('table\na\\u000ab\\u001b[31m');
  });

  test('wide characters are counted as two columns', () => {
    expect(textTable(['name', 'rows'], [['注文', 1], ['ab', 2]], null)).toBe(['name  rows', '注文     1', 'ab       2'].join('\n'));
  });

  const KEY = 'incremental/shop/shop_ro_sales_orders/1/1-000000000001-1a2b3c4d-g1-00000.parquet';

  test('in a pipe every cell is whole', () => {
    expect(textTable(['state', 'key'], [['loaded', KEY]], null)).toContain(KEY);
  });

  test.each([20, 40, 60, 79, 80, 96, 120])('on a terminal of %d columns every line fits', (columns) => {
    const text = textTable(['state', 'batch', 'rows', 'key'], [['loaded', '1-000000000001-1a2b3c4d', 100, KEY], ['orphan', null, 5, KEY.replace('orders', '注文')]], columns);
    const fewest = 'loaded  '.length + 2 + '…'.padEnd(8).length + 2 + 'rows'.length + 2 + 8;
    expect(widest(text)).toBeLessThanOrEqual(Math.max(columns, fewest));
    expect(text.includes('…'), 'the whole table has 112 columns').toBe(columns < 112);
  });

  test('what fits is not shortened, and the widest cells give way first', () => {
    expect(textTable(['state', 'key'], [['awaiting load', KEY]], 200)).toContain(KEY);
    const [, line] = textTable(['state', 'key'], [['awaiting load', KEY]], 60).split('\n');
    expect(line).toMatch(/^awaiting load {2}incremental\/shop\/.*….*\.parquet$/);
    expect(stringWidth(line!)).toBe(60);
  });

  const STATUS = ['table', 'state', 'last run', 'rows', 'held by'];
  const TABLES = [['SHOP_RO:sales.orders', 'idle', '2026-01-31 12:00:00', 1_000, null], ['SHOP_RO:sales.customers', 'idle', '2026-01-31 12:00:00', 3, null]];

  test('a column that nothing stands in goes first, where the terminal is too narrow', () => {
    expect(textTable(STATUS, TABLES, 100)).toContain('held by');
    expect(textTable(STATUS, TABLES, 62).split('\n')).toEqual(['table                    state  last run              rows', 'SHOP_RO:sales.orders     idle   2026-01-31 12:00:00  1,000', 'SHOP_RO:sales.customers  idle   2026-01-31 12:00:00      3']);
  });

  test.each([20, 28, 32])('names that would look alike in %d columns get a block each', (columns) => {
    const text = textTable(STATUS, TABLES, columns);
    expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(text.split('\n\n').map((block) => block.split('\n').map((line) => line.split(/ {2,}/)[0]))).toEqual([STATUS.slice(0, 4), STATUS.slice(0, 4)]);
    expect(text).toContain(columns < 30 ? 'ers' : 'SHOP_RO:sales.orders');
  });

  test('numbers are never shortened', () => {
    expect(textTable(['key', 'rows'], [[KEY, 123_456_789]], 10)).toContain('123,456,789');
  });
});

describe('terminalWidth', () => {
  const { isTTY, columns } = process.stdout;
  afterEach(() => {
    Object.assign(process.stdout, { isTTY, columns });
  });

  test.each<readonly [string, boolean | undefined, number | undefined, number | null]>([
    ['of a terminal is its columns', true, 72, 72],
    ['of a pipe is none', undefined, undefined, null],
    ['of a pipe is none, whatever COLUMNS made of it', false, 72, null],
    ['of a terminal that does not know is none', true, undefined, null],
    ['of a terminal without columns is none', true, 0, null],
  ])('%s', (_name, isTerminal, width, expected) => {
    Object.assign(process.stdout, { isTTY: isTerminal, columns: width });
    expect(terminalWidth()).toBe(expected);
    const long = 'x'.repeat(100);
    expect(textTable(['name'], [[long]]).includes(long)).toBe(expected === null);
  });
});
