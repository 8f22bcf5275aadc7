import fc from 'fast-check';
import type { GeneratedColumn, GeneratedPolicies } from './generated-column.ts';
import { anyTypeOf } from './generated-types.ts';

/** A table with its rows, and how it is read and written. */
export interface GeneratedTable {
  readonly columns: readonly GeneratedColumn[];
  readonly rowCount: number;
  readonly policies: GeneratedPolicies;
  /** Most rows of a column batch. */
  readonly batchRows: number;
  readonly targetFileBytes: number;
  readonly compression: 'snappy' | 'gzip' | 'zstd' | 'uncompressed';
}

/** Names that need quoting, change case, or are renamed by rule; a number follows each, so that none stands twice. */
const NAMES = ['price', 'Select', 'äöü', 'with blank', 'a`b', 'a"b', "it's", '190_time', 'dot.ted', '%s', '$1', 'UPPER', 'order'];

const column = (isMariadb: boolean, rowCount: number, index: number): fc.Arbitrary<GeneratedColumn> =>
  fc.record({ type: anyTypeOf(isMariadb), name: fc.constantFrom(...NAMES), isNullable: fc.boolean() }).chain(({ type: { ddl, literal, ...rules }, name, isNullable }) => {
    const cell = isNullable ? fc.oneof({ weight: 4, arbitrary: literal }, { weight: 1, arbitrary: fc.constant('NULL') }) : literal;
    const [type, ...rest] = ddl.split(' DEFAULT ');
    const nullness = isNullable ? `${type} NULL DEFAULT NULL` : `${[type, ...rest].join(' DEFAULT ')} NOT NULL`;
    return fc.array(cell, { minLength: rowCount, maxLength: rowCount, size: 'max' }).map((literals) => ({ ...rules, name: `${name}_${index}`, ddl: nullness, literals }));
  });

/** Any table of 1 to 14 columns and 1 to 60 rows, with the types of MariaDB 10.11 or of MySQL 9. */
export const anyTableOf = (isMariadb: boolean): fc.Arbitrary<GeneratedTable> => fc.record({ columnCount: fc.integer({ min: 1, max: 14 }), rowCount: fc.integer({ min: 1, max: 60 }) }).chain(({ columnCount, rowCount }) =>
  fc.record({
    columns: fc.tuple(...Array.from({ length: columnCount }, (_unused, index) => column(isMariadb, rowCount, index))),
    rowCount: fc.constant(rowCount),
    policies: fc.record<GeneratedPolicies>({
      zeroDate: fc.constantFrom('to_null', 'sentinel'),
      oversize: fc.constantFrom('truncate', 'to_null'),
      tinyint1: fc.constantFrom('smallint', 'boolean'),
      bit1: fc.constantFrom('boolean', 'smallint'),
      time: fc.constantFrom('varchar', 'bigint_micros'),
      geometry: fc.constantFrom('hex_wkb', 'wkt'),
    }),
    batchRows: fc.integer({ min: 1, max: 40 }),
    targetFileBytes: fc.constantFrom(2_000, 100_000, 64_000_000),
    compression: fc.constantFrom('snappy', 'gzip', 'zstd', 'uncompressed'),
  }),
);
