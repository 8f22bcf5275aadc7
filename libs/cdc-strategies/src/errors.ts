import { defineErrors, errorClass } from '@tidemark/domain';

export const CDC_ERRORS = defineErrors({
  CDC_NO_CURSOR: {
    kind: 'config', exit: 10, retry: 'never', summary: 'No column of the table can be told to be its cursor.',
    remedy: ['Name the column that every change advances with cdc_timestamp_column.', 'Or read rows that are only added with cdc_strategy: id_only, or the whole table with cdc_strategy: full_sync.'],
  },
  CDC_CURSOR_MISSING: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A cursor column that the configuration names is not in the table.',
    remedy: ['Correct the name, or remove the key to let the column be found.'],
  },
  CDC_CURSOR_TYPE: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A cursor column has a type that cannot be read in order.',
    remedy: ['Name a column of an allowed type.'],
  },
  CDC_NO_KEY: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The table has no key that tells its rows apart.',
    remedy: ['Add a primary key to the table, or name the column of a unique NOT NULL index with cdc_id_column.', 'Or read it with cdc_strategy: timestamp_only or full_sync, which need no key.'],
  },
  CDC_PREDICATE: {
    kind: 'config', exit: 10, retry: 'never', summary: 'additional_where is not one closed SQL condition.',
    remedy: ['Write one condition with balanced parentheses and quotes, without comments and semicolons.'],
  },
  CDC_QUERY: {
    kind: 'config', exit: 10, retry: 'never', summary: 'custom_query is not a SELECT that can be read in ranges.',
    remedy: ['Write one SELECT that only reads, gives the cursor columns, and uses :last_timestamp or :last_id and :until_timestamp or :until_id.', 'With load_mode: replace it is read whole and needs no parameters.'],
  },
  CDC_LITERAL: {
    kind: 'internal', exit: 70, retry: 'never', summary: 'A cursor text does not fit the grammar of its column type.',
    remedy: ['Look at the position in the watermark: tidemark watermark get.'],
  },
  CDC_INPUT: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'A position or a range was given that the cursor columns cannot have.',
    remedy: ['Give every part of the cursor, as the server writes it: tidemark watermark get shows one.'],
  },
  CDC_BACKFILL: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The strategy of the table has no column by which such a range could be read.',
    remedy: ['Give the other kind of range: --from and --to for a time, --from-id and --to-id for an id.'],
  },
  CDC_POSITION: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The stored position does not belong to the cursor columns of the table.',
    remedy: ['Restore the former cursor columns, or reset the watermark: tidemark watermark reset.'],
  },
});

/** Errors of choosing a cursor and of compiling a range. */
export class CdcError extends errorClass('CdcError', CDC_ERRORS) {}
