import type { ParquetType } from '@tidemark/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf } from '../../test/columns.ts';
import { rangeBytes, type RowRange } from '../values/row-range.ts';
import { RowGroupRoller } from './row-group-roller.ts';

const TYPES: readonly ParquetType[] = [{ physical: 'INT32', logical: 'INT32' }, { physical: 'BYTE_ARRAY', logical: 'STRING' }];
const COLUMNS = TYPES.map((parquet, c) => ({ name: `c${c}`, parquet }));

interface Row {
  readonly number: number | null;
  readonly text: string | null;
}

const batch = (rows: readonly Row[]): RowRange => batchOf(TYPES, [rows.map(({ number }) => number), rows.map(({ text }) => text)]);

/** The rows of ranges, by a reader of vectors that is not the library's. */
function rowsOf(ranges: readonly RowRange[]): Row[] {
  return ranges.flatMap(({ rowCount, columns: [numbers, texts] }) => {
    let n = 0;
    let t = 0;
    const rows: Row[] = [];
    for (let i = 0; i < rowCount; i++) {
      const numberBytes = Buffer.from(numbers!.bytes);
      const textBytes = Buffer.from(texts!.bytes);
      let text: string | null = null;
      if (texts!.defined[i] === 1) {
        const length = textBytes.readUInt32LE(t);
        text = textBytes.toString('utf8', t + 4, t + 4 + length);
        t += 4 + length;
      }
      rows.push({ number: numbers!.defined[i] === 1 ? numberBytes.readInt32LE(4 * n++) : null, text });
    }
    expect([n, t]).toEqual([numbers!.valueCount, texts!.bytes.length]);
    return rows;
  });
}

const anyRows = fc.array(fc.record({ number: fc.option(fc.integer()), text: fc.option(fc.string({ unit: 'binary', maxLength: 60 })) }), { maxLength: 40 });

test('every row comes out once and in order, and no row group of several rows is over the limit', () => {
  fc.assert(
    fc.property(fc.array(anyRows, { maxLength: 12 }), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 60 }), (batches, limit, most) => {
      const roller = new RowGroupRoller(COLUMNS, { bytes: limit, rows: most });
      const groups = batches.flatMap((rows) => [...roller.add(batch(rows))]);
      const rest = roller.take();
      if (rest.length > 0) groups.push(rest);
      expect(groups.flatMap(rowsOf)).toEqual(batches.flat());
      for (const group of groups) {
        const rows = group.reduce((sum, range) => sum + range.rowCount, 0);
        expect(rows).toBeGreaterThan(0);
        expect(rows).toBeLessThanOrEqual(most);
        if (rows > 1) expect(group.reduce((sum, range) => sum + rangeBytes(range), 0)).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('small batches share a row group, and a border falls between batches when the row group is at least half full', () => {
  const roller = new RowGroupRoller(COLUMNS, { bytes: 1000, rows: 1000 });
  const rows = new Array<Row>(40).fill({ number: 1, text: null });
  const groups = Array.from({ length: 10 }, () => [...roller.add(batch(rows))]).flat();
  // 40 rows take 240 bytes, so four batches fit.
  expect(groups.map((ranges) => ranges.map(({ rowCount }) => rowCount))).toEqual([[40, 40, 40, 40], [40, 40, 40, 40]]);
  expect(roller.take()).toHaveLength(2);
  expect(roller.take()).toEqual([]);
});

test('rows of NULLs alone fill a row group too', () => {
  const roller = new RowGroupRoller(COLUMNS, { bytes: 100, rows: 1000 });
  const groups = [...roller.add(batch(new Array<Row>(120).fill({ number: null, text: null })))];
  expect(groups.map(rowsOf).map(({ length }) => length)).toEqual([50, 50]);
});
