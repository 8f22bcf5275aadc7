import type { ColumnVector, ParquetType } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { vectorOf } from '../../test/columns.ts';
import { checkBatch } from './check-batch.ts';

const INT: ParquetType = { physical: 'INT32', logical: 'INT32' };
const STRING: ParquetType = { physical: 'BYTE_ARRAY', logical: 'STRING' };

function check(parquet: ParquetType, vector: ColumnVector, rowCount: number): () => void {
  return () => checkBatch([{ name: 'c', parquet }], { rowCount, columns: [vector] });
}

const refused = expect.objectContaining({ code: 'PARQUET_BATCH_INVALID', details: { column: 'c' } });

test('a batch that agrees with itself passes', () => {
  check(INT, vectorOf(INT, [1, null]), 2)();
  check(STRING, vectorOf(STRING, ['a', null, '']), 3)();
});

test('another number of columns', () => {
  expect(() => checkBatch([{ name: 'c', parquet: INT }], { rowCount: 0, columns: [] })).toThrow(expect.objectContaining({ code: 'PARQUET_BATCH_INVALID' }));
});

const int = vectorOf(INT, [1, null]);
const string = vectorOf(STRING, ['ab', null]);
const LIES: readonly (readonly [string, ParquetType, ColumnVector])[] = [
  ['too few marks', INT, { ...int, defined: Uint8Array.of(1) }],
  ['another count than marked', INT, { ...int, valueCount: 2 }],
  ['a mark of 2', INT, { ...int, valueCount: 2, defined: Uint8Array.of(2, 0) }],
  ['missing bytes', INT, { ...int, bytes: int.bytes.subarray(1) }],
  ['bytes too many', INT, { ...int, bytes: new Uint8Array(8) }],
  ['a string longer than its bytes', STRING, { ...string, bytes: Uint8Array.of(9, 0, 0, 0, 97, 98) }],
  ['a negative length', STRING, { ...string, bytes: Uint8Array.of(255, 255, 255, 255, 97, 98) }],
  ['a cut length', STRING, { ...string, bytes: Uint8Array.of(2, 0) }],
  ['bytes behind the last string', STRING, { ...string, bytes: Uint8Array.of(0, 0, 0, 0, 97) }],
  ['a boolean of 2', { physical: 'BOOLEAN' }, { bytes: Uint8Array.of(2), valueCount: 1, defined: Uint8Array.of(1, 0) }],
];

test.each(LIES)('%s', (_, type, vector) => {
  expect(check(type, vector, 2)).toThrow(refused);
});

test('marks of any number of rows: each place, each odd byte', () => {
  for (let rows = 1; rows <= 13; rows++) {
    const cells = Array.from({ length: rows }, (_, i) => (i % 3 === 1 ? null : i));
    check(INT, vectorOf(INT, cells), rows)();
    for (let place = 0; place < rows; place++) {
      for (const mark of [2, 3, 128, 255]) {
        const vector = vectorOf(INT, cells);
        const defined = new Uint8Array(vector.defined);
        defined[place] = mark;
        expect(check(INT, { ...vector, defined }, rows)).toThrow(refused);
      }
      const vector = vectorOf(INT, cells);
      const turned = new Uint8Array(vector.defined);
      turned[place] = 1 - turned[place]!;
      expect(check(INT, { ...vector, defined: turned }, rows)).toThrow(refused);
    }
  }
});
