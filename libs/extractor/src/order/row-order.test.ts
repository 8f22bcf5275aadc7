import type { ExtractionQuery } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { rowPacket, type Cell } from '../../test/row-packets.ts';
import { cursorColumn, queryOver, staged } from '../../test/staged-columns.ts';
import { ValueProblem } from '../columns/value-problem.ts';
import { RowDecoder } from '../reading/row-decoder.ts';

const NUMBER = [cursorColumn('id', 0, 'number')];
const HYBRID = [cursorColumn('ts', 1, 'time'), cursorColumn('id', 0, 'number')];

/** Reads rows whose cells are all text; gives the code of what was refused, or the last cursor. */
function outcome(fields: Partial<ExtractionQuery>, rows: readonly (readonly Cell[])[]): string | readonly string[] {
  const width = rows[0]!.length;
  const columns = Array.from({ length: Math.min(width, 2) }, (_unused, index) => staged('utf8', { source: `c${index}` }));
  let last: readonly string[] = [];
  const decoder = new RowDecoder(queryOver(columns, fields), { maxBatchRows: 2, maxBatchBytes: 1e6, maxRowBytes: 1e6 }, ({ batch }) => (last = batch.lastCursor));
  try {
    for (const row of rows) {
      const packet = rowPacket(row);
      decoder.row(packet, 0, packet.length);
    }
    decoder.finish();
    return last;
  } catch (error) {
    if (error instanceof ValueProblem) return error.code;
    throw error;
  }
}

const ids = (...texts: Cell[]): Cell[][] => texts.map((text) => [text]);

test('I8: rows come after their predecessor', () => {
  expect(outcome({ cursor: NUMBER }, ids('1', '2', '10'))).toEqual(['10']);
  expect(outcome({ cursor: NUMBER }, ids('2', '10', '9'))).toBe('SOURCE_ORDER_VIOLATION');
  expect(outcome({ cursor: NUMBER }, ids('1', '2', '2'))).toBe('SOURCE_ORDER_VIOLATION');
  expect(outcome({ cursor: HYBRID }, [['5', '2024-01-01 00:00:00.000000'], ['7', '2024-01-01 00:00:00.000000'], ['1', '2024-01-01 00:00:00.000001']])).toEqual(['2024-01-01 00:00:00.000001', '1']);
  expect(outcome({ cursor: HYBRID }, [['5', '2024-01-01 00:00:00'], ['4', '2024-01-01 00:00:00']])).toBe('SOURCE_ORDER_VIOLATION');
  expect(outcome({ cursor: HYBRID }, [['5', '2024-01-01 00:00:01'], ['9', '2024-01-01 00:00:00']])).toBe('SOURCE_ORDER_VIOLATION');
});

test('I8: the first row comes after the range begins', () => {
  expect(outcome({ cursor: NUMBER, after: ['9'] }, ids('10'))).toEqual(['10']);
  expect(outcome({ cursor: NUMBER, after: ['10'] }, ids('10'))).toBe('SOURCE_ORDER_VIOLATION');
  expect(outcome({ cursor: NUMBER, after: ['100'] }, ids('99'))).toBe('SOURCE_ORDER_VIOLATION');
  expect(outcome({ cursor: HYBRID, after: ['2024-01-01 00:00:00', '5'] }, [['6', '2024-01-01 00:00:00.000000']])).toEqual(['2024-01-01 00:00:00.000000', '6']);
});

test('I8: the last row lies below the end of the range', () => {
  expect(outcome({ cursor: NUMBER, below: '10' }, ids('1', '9'))).toEqual(['9']);
  expect(outcome({ cursor: NUMBER, below: '10' }, ids('1', '10'))).toBe('SOURCE_ORDER_VIOLATION');
  expect(outcome({ cursor: HYBRID, below: '2024-01-01 00:00:05.000000' }, [['1', '2024-01-01 00:00:04.999999']])).toEqual(['2024-01-01 00:00:04.999999', '1']);
  expect(outcome({ cursor: HYBRID, below: '2024-01-01 00:00:05' }, [['1', '2024-01-01 00:00:05.000000']])).toBe('SOURCE_ORDER_VIOLATION');
});

test('I8: an order that only the server knows is left to it, equal texts excepted', () => {
  const cursor = [cursorColumn('name', 0, 'server')];
  expect(outcome({ cursor, after: ['z'], below: 'a' }, ids('b', 'A', 'ä'))).toEqual(['ä']);
  expect(outcome({ cursor }, ids('a', 'a'))).toBe('SOURCE_ORDER_VIOLATION');
  const mixed = [cursorColumn('name', 1, 'server'), cursorColumn('id', 0, 'number')];
  expect(outcome({ cursor: mixed }, [['1', 'x'], ['2', 'x'], ['1', 'X']])).toEqual(['X', '1']);
  expect(outcome({ cursor: mixed }, [['2', 'x'], ['1', 'x']])).toBe('SOURCE_ORDER_VIOLATION');
});

test('I8: hexadecimal keys are ordered as bytes', () => {
  const cursor = [cursorColumn('key', 0, 'binary')];
  expect(outcome({ cursor, after: ['09'] }, ids('0A', '0A00', 'FF'))).toEqual(['FF']);
  expect(outcome({ cursor }, ids('0A00', '0A'))).toBe('SOURCE_ORDER_VIOLATION');
});

test('a hidden cursor column is checked and not staged', () => {
  const cursor = [cursorColumn('key', 2, 'number')];
  expect(outcome({ cursor }, [['x', 'y', '1'], ['x', 'y', '2'], ['x', 'y', '3']])).toEqual(['3']);
  expect(outcome({ cursor }, [['x', 'y', '2'], ['x', 'y', '1']])).toBe('SOURCE_ORDER_VIOLATION');
});

test('a NULL in any cursor column is refused', () => {
  expect(outcome({ cursor: NUMBER }, ids('1', null))).toBe('DATA_NULL_CURSOR');
  expect(outcome({ cursor: HYBRID }, [['5', null]])).toBe('DATA_NULL_CURSOR');
  expect(outcome({ cursor: [cursorColumn('key', 2, 'server')] }, [['x', 'y', null]])).toBe('DATA_NULL_CURSOR');
});

test('a cursor that is no number, or no UTF-8, is refused', () => {
  expect(outcome({ cursor: NUMBER }, ids('1', 'two'))).toBe('SOURCE_PROTOCOL');
  expect(outcome({ cursor: [cursorColumn('key', 2, 'server')] }, [['x', 'y', Buffer.from([0xff])]])).toBe('DATA_INVALID_UTF8');
});

test('a range that begins after another number of values is a mistake of the caller', () => {
  expect(() => outcome({ cursor: NUMBER, after: ['1', '2'] }, ids('3'))).toThrow(TypeError);
});
