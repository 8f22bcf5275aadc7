/** A length of time with its unit; 0 needs none. */
export const DURATION = {
  type: ['string', 'integer'],
  title: 'a duration with a unit: 500ms, 5s, 15m, 1h, 7d',
  pattern: '^(0|[0-9]+(ms|s|m|h|d))$',
  minimum: 0,
  maximum: 0,
} as const;

/** A size in MB of 1,048,576 bytes. */
export const MEGABYTES = { type: 'number', title: 'a number of MB from 0.001 to 1048576', minimum: 0.001, maximum: 1_048_576 } as const;

export const PORT = { type: 'integer', minimum: 1, maximum: 65_535 } as const;

export const TEXT = { type: 'string', minLength: 1, title: 'text' } as const;

export const SECRET = { type: 'string', title: 'text, "${VARIABLE}", "env:VARIABLE", "file:path", "aws-sm:secret" or "aws-ssm:/parameter"', writeOnly: true } as const;

export const HOST = { type: 'string', pattern: '^[A-Za-z0-9._:%-]+$', title: 'a host name or address, without scheme and port' } as const;

/** https://docs.aws.amazon.com/redshift/latest/dg/r_names.html: 1 to 127 bytes. */
export const REDSHIFT_NAME = { type: 'string', minLength: 1, maxLength: 127, title: 'a name of 1 to 127 characters' } as const;

export const BUCKET = { type: 'string', pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', title: 'a bucket name of 3 to 63 lower-case letters, digits, dots and hyphens' } as const;

/** A part of an S3 key; the closing slash is added when it is missing. */
export const KEY_PREFIX = { type: 'string', pattern: '^(?!/)(?!.*//)(?!(.*/)?\\.\\.?(/|$))[^\\s]*$', title: 'a key prefix such as shop/, not beginning with /, without .. and //' } as const;

/** Names that become parts of keys and commands. */
export const NAME_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9_-]*$';
export const NAME = { type: 'string', pattern: NAME_PATTERN, title: 'a name of letters, digits, _ and -' } as const;
/** `schema.table` without control characters and line separators, which no key and no message can hold. */
export const TABLE_NAME_PATTERN = '^[^.:\\s\\u0000-\\u001f\\u007f-\\u009f]+\\.[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$';

export const COLUMN_LIST = { type: 'array', items: TEXT, minItems: 1, uniqueItems: true, title: 'a list of different column names, at least one' } as const;
export const TABLE_LIST = { type: 'array', items: { type: 'string', pattern: TABLE_NAME_PATTERN, title: 'a table as schema.table' }, uniqueItems: true, title: 'a list of different tables, as schema.table' } as const;
/** Statements as they are sent, one each. */
export const STATEMENT_LIST = { type: 'array', items: TEXT, title: 'a list of SQL statements, one each' } as const;
