import type { ExtractionQuery } from '@tidemark/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowPacket, type Cell } from '../../test/row-packets.ts';
import { cursorColumn, decimalColumn, queryOver, staged } from '../../test/staged-columns.ts';
import { vectorValues } from '../../test/vector-values.ts';
import { ValueProblem } from '../columns/value-problem.ts';
import type { SourceBatch } from '../ports.ts';
import { explainProblem } from './explain-problem.ts';
import { RowDecoder, type RowLimits } from './row-decoder.ts';

const WIDE: RowLimits = { maxBatchRows: 1_000_000, maxBatchBytes: 1e9, maxRowBytes: 1e9 };
const PAIR = [staged('int64', { source: 'id' }), staged('utf8', { source: 'name' })];

function decode(query: ExtractionQuery, rows: readonly (readonly Cell[])[], limits: Partial<RowLimits> = WIDE): SourceBatch[] {
  const batches: SourceBatch[] = [];
  const decoder = new RowDecoder(query, { ...WIDE, ...limits }, (batch) => batches.push(batch));
  for (const row of rows) {
    const packet = rowPacket(row);
    decoder.row(packet, 0, packet.length);
  }
  decoder.finish();
  return batches;
}

const rowsOf = (query: ExtractionQuery, batches: readonly SourceBatch[]): unknown[][] =>
  batches.flatMap(({ batch }) => {
    const columns = batch.columns.map((vector, index) => vectorValues(vector, query.columns[index]!));
    return Array.from({ length: batch.rowCount }, (_unused, row) => columns.map((values) => values[row]));
  });

describe('batches', () => {
  const query = queryOver(PAIR, { cursor: [cursorColumn('id', 0, 'number')] });
  const rows = (count: number): Cell[][] => Array.from({ length: count }, (_unused, index) => [String(index + 1), index % 3 === 0 ? null : `name ${index}`]);

  test('end at the row limit, exactly', () => {
    for (const [count, sizes] of [[0, []], [1, [1]], [4, [4]], [5, [4, 1]], [8, [4, 4]], [9, [4, 4, 1]]] as const) {
      const batches = decode(query, rows(count), { maxBatchRows: 4, maxBatchBytes: 1e9 });
      expect(batches.map(({ batch }) => batch.rowCount)).toEqual(sizes);
      expect(batches.map(({ batch }) => batch.lastCursor)).toEqual(sizes.map((_size, index) => [String(sizes.slice(0, index + 1).reduce((a, b) => a + b, 0))]));
    }
  });

  test('end with the row that reaches the byte limit', () => {
    const cells: Cell[][] = Array.from({ length: 6 }, (_unused, index) => [String(index), 'x'.repeat(8)]);
    // 8 bytes of id, 4 of length and 8 of text
    expect(decode(query, cells, { maxBatchRows: 100, maxBatchBytes: 40 }).map(({ batch }) => [batch.rowCount, batch.byteLength])).toEqual([[2, 40], [2, 40], [2, 40]]);
    expect(decode(query, cells, { maxBatchRows: 100, maxBatchBytes: 41 }).map(({ batch }) => [batch.rowCount, batch.byteLength])).toEqual([[3, 60], [3, 60]]);
    expect(decode(query, cells, { maxBatchRows: 100, maxBatchBytes: 1 }).map(({ batch }) => batch.rowCount)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('I5: no row is lost or doubled, whatever the limits', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 20_000 }), (count, maxBatchRows, maxBatchBytes) => {
      const batches = decode(query, rows(count), { maxBatchRows, maxBatchBytes });
      expect(rowsOf(query, batches)).toEqual(rows(count).map(([id, name]) => [BigInt(id as string), name]));
      for (const { batch } of batches) expect(batch.columns.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(batch.byteLength);
    }), { numRuns: 50 });
  });

  test('own their memory: later rows do not touch an earlier batch', () => {
    const batches = decode(query, rows(1000), { maxBatchRows: 10, maxBatchBytes: 1e9 });
    const buffers = batches.flatMap(({ batch }) => batch.columns.flatMap(({ bytes, defined }) => [bytes.buffer, defined.buffer]));
    expect(new Set(buffers).size).toBe(buffers.length);
    expect(structuredClone(batches, { transfer: buffers as ArrayBuffer[] })).toHaveLength(100);
  });

  test('the memory of a batch that was released serves later rows, once; that of the others is never touched', () => {
    const kept: SourceBatch[] = [];
    const used: ArrayBufferLike[] = [];
    const decoder = new RowDecoder(query, { ...WIDE, maxBatchRows: 100 }, (taken) => {
      const { batch } = taken;
      used.push(...batch.columns.map(({ bytes }) => bytes.buffer));
      if (kept.length % 2 === 0) {
        batch.release!();
        batch.release!();
      }
      kept.push(taken);
    });
    for (const row of rows(2000)) {
      const packet = rowPacket(row);
      decoder.row(packet, 0, packet.length);
    }
    decoder.finish();
    const owned = kept.filter((_taken, number) => number % 2 === 1);
    expect(rowsOf(query, owned).map(([id]) => id)).toEqual(rows(2000).map(([id]) => BigInt(id as string)).filter((id) => ((id - 1n) / 100n) % 2n === 1n));
    expect(new Set(used).size).toBeLessThan(used.length - 10);
    expect(new Set([...owned.flatMap(({ batch }) => batch.columns.flatMap(({ bytes, defined }) => [bytes.buffer, defined.buffer]))]).size).toBe(owned.length * 4);
  });

  test('a small batch does not keep a large buffer', () => {
    const [, last] = decode(query, rows(5001), { maxBatchRows: 5000, maxBatchBytes: 1e9 });
    for (const { bytes, defined } of last!.batch.columns) expect(bytes.buffer.byteLength + defined.buffer.byteLength).toBeLessThan(200);
  });

  test('policy counts go with the batch whose rows they changed', () => {
    const column = staged('date', { policies: { zeroDate: 'to_null' } });
    const batches = decode(queryOver([column]), [['0000-00-00'], ['2024-01-01'], ['2024-01-02'], ['2024-01-03'], ['0000-00-00']], { maxBatchRows: 2, maxBatchBytes: 1e9 });
    expect(batches.map(({ policies }) => policies.map(({ count }) => count))).toEqual([[1], [], [1]]);
  });

  test('more rows than the query asked for', () => {
    expect(() => decode({ ...query, maxRows: 2 }, rows(3))).toThrow(expect.objectContaining({ code: 'SOURCE_ROW_COUNT' }));
    expect(decode({ ...query, maxRows: 3 }, rows(3))).toHaveLength(1);
  });

  test('a row that is larger than Redshift takes', () => {
    const row: Cell[] = ['1', 'x'.repeat(88)];
    expect(decode(query, [row], { maxRowBytes: 100 })[0]!.batch.byteLength).toBe(100);
    expect(() => decode(query, [row], { maxRowBytes: 99 })).toThrow(expect.objectContaining({ code: 'DATA_ROW_OVERSIZE', what: '100 bytes, at most 99 fit in a row' }));
  });

  test('limits below one are a mistake of the caller', () => {
    for (const limits of [{ maxBatchRows: 0, maxBatchBytes: 1 }, { maxBatchRows: 1, maxBatchBytes: 0 }, { maxBatchRows: Number.NaN, maxBatchBytes: 1 }]) expect(() => new RowDecoder(query, { ...WIDE, ...limits }, () => undefined)).toThrow(RangeError);
  });

  test('a column whose decoder does not fill its type is a mistake of the caller', () => {
    expect(() => new RowDecoder(queryOver([staged('int64', { parquet: { physical: 'FLOAT' } })]), WIDE, () => undefined)).toThrow(TypeError);
  });
});

describe('I9: a packet that is cut, lies or is hostile is refused, and nothing beyond it is read', () => {
  const columns = [
    staged('int32'), staged('int64'), decimalColumn(12, 2), decimalColumn(38, 10), staged('float32'), staged('float64'), staged('boolean'),
    staged('date'), staged('timestamp'), staged('time_micros'), staged('utf8', { maxBytes: 100 }), staged('bytes', { maxBytes: 100 }),
  ];
  const query = queryOver(columns, { cursor: [cursorColumn('c', 1, 'number'), cursorColumn('k', 12, 'server')] });
  const good: Cell[] = ['-5', '123456789012345678', '12.34', '1.0000000000', '1.5', '-2.5e-7', '1', '2024-02-29', '1969-12-31 23:59:59.999999', '-838:59:59.5', 'é', 'bytes', 'key'];

  /** Decodes a packet that lies between other bytes; all memory around it is poisoned with digits, so that a read beyond it changes the outcome. */
  function takes(packet: Buffer, poison: number): SourceBatch | ValueProblem {
    const around = Buffer.alloc(packet.length + 64, poison);
    packet.copy(around, 32);
    let taken: SourceBatch | undefined;
    const decoder = new RowDecoder(query, { ...WIDE, maxBatchRows: 1 }, (batch) => (taken = batch));
    try {
      decoder.row(around, 32, 32 + packet.length);
      return taken!;
    } catch (error) {
      if (error instanceof ValueProblem) return error;
      throw error;
    }
  }

  /** Takes a packet twice, between different bytes: the outcome must be the same. */
  function outcome(packet: Buffer): SourceBatch | ValueProblem {
    const first = takes(packet, 0x31);
    const second = takes(packet, 0xff);
    if (first instanceof ValueProblem) {
      expect(second).toMatchObject({ code: first.code, what: first.what });
      const explained = explainProblem(first, query, { table: 's.t', rowNumber: 1, wire: packet, start: 0, end: packet.length, isAsideFull: false });
      expect(explained.code).toBe(first.code);
    } else {
      expect(second).toEqual(first);
    }
    return first;
  }

  test('the good packet is taken', () => {
    expect(outcome(rowPacket(good))).toMatchObject({ batch: { rowCount: 1, lastCursor: ['123456789012345678', 'key'] } });
  });

  test('cut at every byte', () => {
    const packet = rowPacket(good);
    for (let length = 0; length < packet.length; length++) expect(outcome(packet.subarray(0, length)), `${length} bytes`).toMatchObject({ code: 'SOURCE_PROTOCOL' });
  });

  test('with anything behind the last cell', () => {
    expect(outcome(Buffer.concat([rowPacket(good), Buffer.from([0])]))).toMatchObject({ code: 'SOURCE_PROTOCOL' });
  });

  test('every byte replaced by every length mark and some others', () => {
    const packet = rowPacket(good);
    for (let at = 0; at < packet.length; at++) {
      for (const byte of [0, 1, 45, 46, 48, 57, 58, 127, 250, 251, 252, 253, 254, 255]) {
        const changed = Buffer.from(packet);
        changed[at] = byte;
        outcome(changed);
      }
    }
  });

  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      outcome(Buffer.from(bytes));
    }), { numRuns: 3000 });
  });

  test('good cells with some replaced by any text or bytes', () => {
    const odd = fc.oneof(fc.constant(null), fc.stringMatching(/^[-0-9:.eE ]{0,30}$/), fc.uint8Array({ maxLength: 30 }));
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), odd), { minLength: 1, maxLength: 3 }), (changes) => {
      const cells = [...good];
      for (const [index, cell] of changes) cells[index] = cell;
      const result = outcome(rowPacket(cells));
      if (result instanceof ValueProblem) expect(result.code).toMatch(/^(DATA_|SOURCE_PROTOCOL)/);
    }), { numRuns: 5000 });
  });

  test('lengths that promise gigabytes allocate nothing and are refused', () => {
    for (const length of [[252, 255, 255], [253, 255, 255, 255], [254, 255, 255, 255, 127, 0, 0, 0, 0], [254, 255, 255, 255, 255, 255, 255, 255, 255], [254, 0, 0, 0, 0, 1, 0, 0, 0]]) {
      expect(outcome(Buffer.from(length))).toMatchObject({ code: 'SOURCE_PROTOCOL' });
    }
  });
});

describe('what a refusal says', () => {
  const query = queryOver([staged('int64', { source: 'id' }), staged('utf8', { source: 'note', maxBytes: 3 })], { cursor: [cursorColumn('updated_at', 2, 'time'), cursorColumn('id', 0, 'number')] });

  function refusal(cells: readonly Cell[]): ReturnType<typeof explainProblem> {
    const wire = rowPacket(cells);
    try {
      new RowDecoder(query, WIDE, () => undefined).row(wire, 0, wire.length);
    } catch (error) {
      return explainProblem(error as ValueProblem, query, { table: 'sales.orders', rowNumber: 7, wire, start: 0, end: wire.length, isAsideFull: false });
    }
    throw new Error('the row was taken');
  }

  test('names table, column, the row\'s cursor and the shape, never the content', () => {
    const error = refusal(['42', 'private words', '2024-01-01 00:00:00.000000']);
    expect(error.message).toBe("sales.orders.note in the row updated_at = '2024-01-01 00:00:00.000000', id = '42': 13 bytes of text, at most 3 bytes fit.");
    expect(error).toMatchObject({ code: 'DATA_OVERSIZE', exit: 20, retry: 'never', details: { table: 'sales.orders', column: 'note', key: { updated_at: '2024-01-01 00:00:00.000000', id: '42' }, rowNumber: 7 } });
    expect(JSON.stringify(error.details) + error.message + String((error.cause as Error).message)).not.toContain('private');
  });

  test('shows a NULL cursor as NULL', () => {
    expect(refusal(['42', 'ok', null]).message).toBe("sales.orders.updated_at in the row updated_at = NULL, id = '42': NULL in a cursor column.");
  });

  test('falls back to the row\'s number where there is no cursor', () => {
    const error = explainProblem(new ValueProblem('DATA_NUL_BYTE', 'note', '3 bytes of text with a NUL among them'), { ...query, cursor: [] }, { table: 'sales.orders', rowNumber: 7, wire: Buffer.alloc(0), start: 0, end: 0, isAsideFull: false });
    expect(error.message).toBe('sales.orders.note in row 7 of the reading: 3 bytes of text with a NUL among them.');
  });
});
