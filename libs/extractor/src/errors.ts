import { defineErrors, errorClass } from '@tidemark/domain';

const REPLAN = ['Run again: the table is described and planned anew.'];
const POLICY = (key: string, choices: string): readonly string[] => [`Correct the value at the source, or choose types.${key}: ${choices}.`];

export const EXTRACTOR_ERRORS = defineErrors({
  SOURCE_TABLE_MISSING: {
    kind: 'source', exit: 13, retry: 'never', summary: 'The source has no such table.',
    remedy: ['Correct schema and table. Names are compared as the server compares them (lower_case_table_names).'],
  },
  SOURCE_ACCESS_DENIED: {
    kind: 'auth', exit: 12, retry: 'never', summary: 'The source user lacks a privilege.',
    remedy: ['Grant SELECT on the table to the user.'],
  },
  SOURCE_CONNECTION_LOST: {
    kind: 'source', exit: 13, retry: 'now', summary: 'The connection to the source ended before the result did; nothing of the range counts.',
    remedy: ['Run again. If it recurs, look at the server\'s error log, wait_timeout, proxies and firewalls on the way.'],
  },
  SOURCE_QUERY_KILLED: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The server ended the query: KILL, max_statement_time or max_execution_time.',
    remedy: ['Run again. If a time limit of the server cut it, raise the limit for this user: it counts the time in which the target is slow, too.'],
  },
  SOURCE_TIMEOUT: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The query made no progress for the query timeout and was killed.',
    remedy: ['Check that the cursor columns have an index, and what the server is busy with.', 'Raise the query timeout.'],
  },
  SOURCE_QUERY_FAILED: {
    kind: 'source', exit: 13, retry: 'never', summary: 'The server refused a query.',
    remedy: ['Read the server\'s message; an additional_where or custom query may be wrong.'],
  },
  SOURCE_PROTOCOL: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The server or something on the way sent bytes that are not the text protocol of MySQL.',
    remedy: ['Run again. If it recurs, look for a proxy on the way, and report it with the error\'s details.'],
  },
  SOURCE_QUERY_RESULT: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The result of a query has columns that cannot be told apart, or of a type that is not known.',
    remedy: ['Give each column of the query a name of its own, and cast the column that the message names.'],
  },
  SOURCE_SCHEMA_CHANGED: {
    kind: 'source', exit: 13, retry: 'later', summary: 'The result has other columns than were planned: the table was altered meanwhile.',
    remedy: REPLAN,
  },
  SOURCE_ORDER_VIOLATION: {
    kind: 'source', exit: 13, retry: 'never', summary: 'A row came outside its range or not after its predecessor.',
    remedy: ['Check the table\'s indexes (CHECK TABLE): an index that disagrees with its rows gives rows out of order.', 'Check that the cursor columns are unique together.'],
  },
  SOURCE_ROW_COUNT: {
    kind: 'source', exit: 13, retry: 'never', summary: 'The server sent more rows than the query asked for.',
    remedy: ['Look for a proxy on the way that rewrites queries.'],
  },
  SOURCE_SESSION: {
    kind: 'source', exit: 13, retry: 'never', summary: 'The server did not take a session setting that exact reading depends on.',
    remedy: ['Let the user set its session variables; look for a proxy that pins them.'],
  },
  SOURCE_CANCELLED: {
    kind: 'cancelled', exit: 130, retry: 'now', summary: 'The reading was cancelled, and its query killed.',
    remedy: ['Run again.'],
  },
  DATA_ZERO_DATE: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A date is zero, or its year, month or day is.',
    remedy: POLICY('zero_date', 'to_null or sentinel'),
  },
  DATA_INVALID_DATE: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A date names a day that its month does not have (stored under ALLOW_INVALID_DATES).',
    remedy: ['Correct the value at the source.'],
  },
  DATA_OUT_OF_RANGE: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A number does not fit the planned type.',
    remedy: ['Correct the value at the source, or give the column a wider type there or in the configuration.'],
  },
  DATA_NOT_BOOLEAN: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A number other than 0 and 1 stands in a column that is read as boolean.',
    remedy: ['Choose types.tinyint1: smallint.'],
  },
  DATA_OVERSIZE: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A text or byte string is longer than its column in Redshift.',
    remedy: ['Shorten the value at the source, or choose types.oversize_string or types.oversize_binary: truncate or to_null.'],
  },
  DATA_ROW_OVERSIZE: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A row has more bytes than Redshift takes in one row.',
    remedy: ['Exclude a large column (columns.exclude), or choose types.oversize_string or types.oversize_binary: truncate or to_null.'],
  },
  DATA_INVALID_UTF8: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A text is not UTF-8, or has a character that Unicode lacks.',
    remedy: POLICY('invalid_utf8', 'replace'),
  },
  DATA_NUL_BYTE: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A text holds a NUL byte.',
    remedy: POLICY('nul_byte', 'strip'),
  },
  DATA_NULL_CURSOR: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A cursor column is NULL: the row has no place in the read order.',
    remedy: ['Give the column a value and declare it NOT NULL, or choose null_cursor: include or exclude.'],
  },
  EXTRACTOR_HASH_KEY: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A column is to be hashed, and there is no key, or one of less than 16 bytes.',
    remedy: ['Set TIDEMARK_HASH_KEY to a secret of at least 16 bytes, the same for every run.'],
  },
  EXTRACTOR_DRIVER_CHANGED: {
    kind: 'internal', exit: 70, retry: 'never', summary: 'The installed mysql2 lacks a part that this library builds on.',
    remedy: ['Install the version of mysql2 that @tidemark/extractor names.'],
  },
});

export type ExtractorErrorCode = keyof typeof EXTRACTOR_ERRORS;

/** Errors of describing and reading a source. */
export class ExtractorError extends errorClass('ExtractorError', EXTRACTOR_ERRORS) {}
