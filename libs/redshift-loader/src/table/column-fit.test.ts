import type { RedshiftType } from '@tidemark/domain';
import { expect, test } from 'vitest';
import { codeColumn, idColumn } from '../../test/staged-columns.ts';
import { canHold } from './column-fit.ts';
import { compareColumns, differenceText } from './compare-columns.ts';
import { existingColumn, type ExistingColumn } from './existing-column.ts';

function existing(dataType: string, fields: Record<string, unknown> = {}): ExistingColumn {
  return existingColumn({ column_name: 'c', data_type: dataType, character_maximum_length: null, numeric_precision: null, numeric_scale: null, is_nullable: 'YES', column_default: null, ...fields });
}
const numeric = (precision: number, scale: number): ExistingColumn => existing('numeric', { numeric_precision: precision, numeric_scale: scale });
const varchar = (bytes: number): ExistingColumn => existing('character varying', { character_maximum_length: bytes });

test.each<[RedshiftType, ExistingColumn, boolean]>([
  [{ name: 'SMALLINT' }, existing('smallint'), true],
  [{ name: 'SMALLINT' }, existing('integer'), true],
  [{ name: 'SMALLINT' }, numeric(5, 0), true],
  [{ name: 'INTEGER' }, existing('smallint'), false],
  [{ name: 'BIGINT' }, existing('integer'), false],
  [{ name: 'BIGINT' }, numeric(19, 0), false],
  [{ name: 'BIGINT' }, numeric(20, 0), true],
  [{ name: 'DECIMAL', precision: 12, scale: 2 }, numeric(12, 2), true],
  [{ name: 'DECIMAL', precision: 12, scale: 2 }, numeric(14, 4), true],
  [{ name: 'DECIMAL', precision: 12, scale: 2 }, numeric(13, 4), false],
  [{ name: 'DECIMAL', precision: 12, scale: 2 }, numeric(18, 0), false],
  [{ name: 'DECIMAL', precision: 12, scale: 2 }, existing('double precision'), false],
  [{ name: 'REAL' }, existing('double precision'), true],
  [{ name: 'DOUBLE PRECISION' }, existing('real'), false],
  [{ name: 'BOOLEAN' }, existing('boolean'), true],
  [{ name: 'BOOLEAN' }, existing('smallint'), false],
  [{ name: 'DATE' }, existing('timestamp without time zone'), true],
  [{ name: 'TIMESTAMP' }, existing('date'), false],
  [{ name: 'TIMESTAMP' }, existing('timestamp with time zone'), false],
  [{ name: 'VARCHAR', bytes: 40 }, varchar(40), true],
  [{ name: 'VARCHAR', bytes: 40 }, varchar(39), false],
  [{ name: 'VARCHAR', bytes: 40 }, existing('character', { character_maximum_length: 100 }), false],
])('%j into %j: %s', (staged, column, fits) => {
  expect(canHold(column, staged)).toBe(fits);
});

test('further columns may be there when an INSERT can leave them out', () => {
  const rest = [
    { ...varchar(40), name: 'code' },
    { ...existing('integer'), name: 'id' },
    { ...existing('date'), name: 'loaded_on' },
    { ...existing('date', { is_nullable: 'NO', column_default: 'getdate()' }), name: 'stamped' },
    { ...existing('date', { is_nullable: 'NO' }), name: 'required' },
  ];
  expect(compareColumns([idColumn, { ...codeColumn, name: 'kind' }, codeColumn], rest).map(differenceText)).toEqual([
    'id is integer, which does not hold every BIGINT',
    'kind is missing (VARCHAR(40))',
    'required (date) is NOT NULL without a default, and the source does not have it',
  ]);
});
