import { defineErrors, errorClass } from '@tidemark/domain';

export const DDL_ERRORS = defineErrors({
  DDL_TYPE_UNMAPPED: {
    kind: 'data', exit: 20, retry: 'never',
    summary: 'A source column has a type that has no exact form in Redshift.',
    remedy: ['Exclude the column (columns.exclude).', 'If the type has a choice under `types:`, make it.'],
  },
  DDL_NAME_TOO_LONG: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A name is longer than the 127 bytes that Redshift keeps.',
    remedy: ['Give the column another name (columns.rename), shorten it at the source, or exclude the column (columns.exclude).'],
  },
  DDL_NAME_INVALID: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A name is empty or holds a NUL character.',
    remedy: ['Give the table or column another name.'],
  },
  DDL_NAME_COLLISION: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'Two source columns would have the same name in Redshift.',
    remedy: ['Give one of the columns another name (columns.rename), or exclude it (columns.exclude).'],
  },
  DDL_COLUMN_UNKNOWN: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The configuration names a column that the source table does not have.',
    remedy: ['Correct the column name.'],
  },
  DDL_COLUMN_REQUIRED: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A key or version column is left out by the column selection.',
    remedy: ['Take the column out of columns.exclude, or add it to columns.include.'],
  },
  DDL_COLUMN_FIXED: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'columns.hash, columns.mask or columns.policy would change a column whose values must stay: a key or a cursor column, or one that another of them changes.',
    remedy: ['Take the column out of columns.hash, columns.mask or columns.policy, or choose other key and cursor columns.'],
  },
  DDL_COLUMN_COUNT: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The column selection leaves no column, or more than the 1600 that a Redshift table can have.',
    remedy: ['Change columns.include or columns.exclude.'],
  },
});

/** Errors of planning: names, types, the column selection. */
export class DdlError extends errorClass('DdlError', DDL_ERRORS) {}
