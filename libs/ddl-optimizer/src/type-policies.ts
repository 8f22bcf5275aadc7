import type { ValuePolicies } from '@tidemark/domain';

/** The choices of a table's `types:`; the first of each list is the default. */
export interface TypePolicies {
  readonly zeroDate: NonNullable<ValuePolicies['zeroDate']>;
  readonly oversizeString: NonNullable<ValuePolicies['oversize']>;
  readonly oversizeBinary: NonNullable<ValuePolicies['oversize']>;
  readonly invalidUtf8: NonNullable<ValuePolicies['invalidUtf8']>;
  readonly nulByte: NonNullable<ValuePolicies['nulByte']>;
  readonly tinyint1: 'smallint' | 'boolean';
  readonly bit1: 'boolean' | 'smallint';
  readonly time: 'varchar' | 'bigint_micros';
  readonly decimalOver38: 'varchar' | 'narrow';
  readonly binary: 'hex' | 'varbyte';
  readonly json: 'varchar' | 'super';
  readonly geometry: 'fail' | 'hex_wkb' | 'wkt';
}

/** What holds when the configuration says nothing: everything exact or refused. */
export const DEFAULT_TYPE_POLICIES: TypePolicies = {
  zeroDate: 'fail',
  oversizeString: 'fail',
  oversizeBinary: 'fail',
  invalidUtf8: 'fail',
  nulByte: 'fail',
  tinyint1: 'smallint',
  bit1: 'boolean',
  time: 'varchar',
  decimalOver38: 'varchar',
  binary: 'hex',
  json: 'varchar',
  geometry: 'fail',
};
