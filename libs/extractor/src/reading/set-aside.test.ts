import type { ExtractionQuery } from '@tidemark/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowPacket, type Cell } from '../../test/row-packets.ts';
import { cursorColumn, queryOver, staged } from '../../test/staged-columns.ts';
import { vectorValues } from '../../test/vector-values.ts';
import { ValueProblem } from '../columns/value-problem.ts';
import type { SourceBatch } from '../ports.ts';
import { RowDecoder, type RowLimits } from './row-decoder.ts';

const COLUMNS = [
  staged('int64', { source: 'id' }), staged('date', { source: 'day', policies: { zeroDate: 'to_null' } }), staged('utf8', { source: 'words', maxBytes: 5, policies: { nulByte: 'strip' } }),
  staged('bytes', { source: 'code', maxBytes: 4 }), staged('boolean', { source: 'flag' }),
];
const QUERY = queryOver(COLUMNS, { cursor: [cursorColumn('id', 0, 'number')] });
const WIDE: RowLimits = { maxBatchRows: 1000, maxBatchBytes: 1e9, maxRowBytes: 1e9 };

interface Decoded {
  readonly rows: unknown[][];
  readonly batches: readonly SourceBatch[];
  readonly failed: ValueProblem | null;
  readonly totalRows: number;
}

/** Decodes rows as a stream does: what fails is set aside where that is allowed. */
function decode(rows: readonly (readonly Cell[])[], { maxRows = 100, query = QUERY, keyColumns = ['id'], limits = {} }: { maxRows?: number; query?: ExtractionQuery; keyColumns?: readonly string[]; limits?: Partial<RowLimits> } = {}): Decoded {
  const batches: SourceBatch[] = [];
  const decoder = new RowDecoder(query, { ...WIDE, ...limits, quarantine: { keyColumns, maxRows } }, (batch) => batches.push(batch));
  let failed: ValueProblem | null = null;
  for (const row of rows) {
    const packet = rowPacket(row);
    try {
      decoder.row(packet, 0, packet.length);
    } catch (error) {
      if (!(error instanceof ValueProblem)) throw error;
      if (decoder.setAside(error, packet, 0, packet.length)) continue;
      failed = error;
      break;
    }
  }
  if (failed === null) decoder.finish();
  const values = batches.flatMap(({ batch }) => {
    const columns = batch.columns.map((vector, index) => vectorValues(vector, query.columns[index]!));
    return Array.from({ length: batch.rowCount }, (_unused, row) => columns.map((column) => column[row]));
  });
  return { rows: values, batches, failed, totalRows: decoder.totalRows };
}

test('a row is set aside by its key, with what is wrong and never what it holds; nothing of it stays', () => {
  const { rows, batches, totalRows } = decode([
    ['1', '2024-01-01', 'one', 'ab', '1'],
    ['2', '0000-00-00', 'se\0c', 'abcd', '2'],
    ['3', '2024-01-03', 'too long', 'ab', '0'],
    ['4', '0000-00-00', 'vier', null, null],
    ['5', '2024-02-30', 'x', 'x', '1'],
    ['6', '2024-01-06', Buffer.from([0xff]), 'x', '1'],
    ['7', '2024-01-07', 'x', 'abcde', '1'],
  ]);
  expect(rows).toEqual([[1n, '2024-01-01', 'one', 'ab', true], [4n, null, 'vier', null, null]]);
  expect(totalRows).toBe(7);
  expect(batches[0]!.quarantined).toEqual([
    { key: { id: '2' }, column: 'flag', code: 'DATA_NOT_BOOLEAN', policy: null, found: expect.any(String) },
    { key: { id: '3' }, column: 'words', code: 'DATA_OVERSIZE', policy: 'oversize_string', found: '8 bytes of text, at most 5 bytes fit' },
    { key: { id: '5' }, column: 'day', code: 'DATA_INVALID_DATE', policy: null, found: expect.any(String) },
    { key: { id: '6' }, column: 'words', code: 'DATA_INVALID_UTF8', policy: 'invalid_utf8', found: '1 bytes of text that are not UTF-8' },
    { key: { id: '7' }, column: 'code', code: 'DATA_OVERSIZE', policy: 'oversize_binary', found: '5 bytes, at most 4 bytes fit' },
  ]);
  // The policies that changed values of row 2 before it was set aside do not count.
  expect(batches[0]!.policies).toEqual([
    { column: 'day', policy: 'zero_date', action: 'to_null', count: 1 },
    { column: 'words', policy: 'oversize_string', action: 'quarantine', count: 1 },
    { column: 'words', policy: 'invalid_utf8', action: 'quarantine', count: 1 },
    { column: 'code', policy: 'oversize_binary', action: 'quarantine', count: 1 },
  ]);
  expect(batches[0]!.batch.lastCursor).toEqual(['7']);
});

test('I5: rows that stay and rows that are set aside are the rows that came, whatever the limits', () => {
  const flawed = fc.array(fc.boolean(), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(flawed, fc.integer({ min: 1, max: 20 }), (flaws, maxBatchRows) => {
    const rows = flaws.map((isFlawed, index): Cell[] => [String(index + 1), '2024-01-01', isFlawed ? 'too long' : 'fine', `${index % 10}`, index % 2 === 0 ? '1' : null]);
    const { rows: stayed, batches, totalRows } = decode(rows, { maxRows: 1000, limits: { maxBatchRows } });
    const aside = batches.flatMap(({ quarantined }) => quarantined.map(({ key }) => Number(key.id)));
    expect(totalRows).toBe(rows.length);
    expect(aside).toEqual(flaws.flatMap((isFlawed, index) => (isFlawed ? [index + 1] : [])));
    expect(stayed).toEqual(rows.filter((_row, index) => !flaws[index]).map(([id, day, words, code, flag]) => [BigInt(id as string), day, words, code, flag === null ? null : true]));
    expect(batches.at(-1)!.batch.lastCursor).toEqual([String(rows.length)]);
    for (const { batch } of batches) expect(batch.columns.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(batch.byteLength);
  }), { numRuns: 200 });
});

test('a row as a whole may be too large', () => {
  expect(decode([['1', null, 'abcde', 'ab', '1']], { limits: { maxRowBytes: 10 } }).batches[0]!.quarantined).toEqual([{ key: { id: '1' }, column: null, code: 'DATA_ROW_OVERSIZE', policy: null, found: expect.any(String) }]);
});

test('one row more than there is room for fails', () => {
  const row = (id: number): Cell[] => [String(id), null, 'too long', null, null];
  expect(decode([row(1), row(2)], { maxRows: 2 }).failed).toBeNull();
  expect(decode([row(1), row(2), row(3)], { maxRows: 2 }).failed).toMatchObject({ code: 'DATA_OVERSIZE' });
});

test.each<[string, readonly Cell[], readonly string[], string]>([
  ['whose key is flawed', ['1', null, 'too long', null, null], ['words'], 'DATA_OVERSIZE'],
  ['whose key is NULL', ['1', null, 'too long', null, null], ['code'], 'DATA_OVERSIZE'],
  ['without a cursor', [null, null, 'fine', 'a', null], ['code'], 'DATA_NULL_CURSOR'],
  ['whose cursor is flawed', ['x', null, 'fine', 'a', null], ['code'], 'SOURCE_PROTOCOL'],
])('a row %s fails all the same', (_what, row, keyColumns, code) => {
  expect(decode([row], { keyColumns }).failed).toMatchObject({ code });
});

test('I8: a row that is set aside keeps the order too', () => {
  const { failed } = (() => {
    try {
      return decode([['2', null, 'too long', null, null], ['1', null, 'too long', null, null]]);
    } catch (error) {
      return { failed: error };
    }
  })();
  expect(failed).toMatchObject({ code: 'SOURCE_ORDER_VIOLATION' });
});

test('a broken packet is never set aside', () => {
  const decoder = new RowDecoder(QUERY, { ...WIDE, quarantine: { keyColumns: ['id'], maxRows: 10 } }, () => undefined);
  const packet = rowPacket(['1', null, 'too long', null, null]).subarray(0, -1);
  const problem = new ValueProblem('DATA_OVERSIZE', 'words', 'too long');
  expect(() => decoder.setAside(problem, packet, 0, packet.length)).toThrow(expect.objectContaining({ code: 'SOURCE_PROTOCOL' }));
});

test('a key that is not read is a mistake of the caller', () => {
  expect(() => decode([], { keyColumns: ['nope'] })).toThrow(TypeError);
  expect(() => decode([], { keyColumns: [] })).toThrow(TypeError);
});
