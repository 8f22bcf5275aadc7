/** Encodings that a column can be told to have. https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html */
export const ENCODINGS = ['raw', 'az64', 'bytedict', 'delta', 'delta32k', 'lzo', 'mostly8', 'mostly16', 'mostly32', 'runlength', 'text255', 'text32k', 'zstd'] as const;

const NAME = { type: 'string', minLength: 1 } as const;
const NAMES = { type: 'array', items: NAME, minItems: 1, uniqueItems: true, title: 'a list of different columns, at least one' } as const;

/** What an entry may have besides `description`, `version` and `metadata`. */
const ENTRY = {
  distkey: { ...NAME, description: 'The column by whose value rows are distributed.' },
  diststyle: { type: 'string', enum: ['KEY', 'ALL', 'EVEN', 'AUTO'], description: 'How rows are distributed.' },
  sortkey: {
    title: 'a column, a list of columns, "AUTO", or {type: compound or interleaved, columns}',
    description: 'The order of the rows.',
    anyOf: [NAME, NAMES, { type: 'object', properties: { type: { type: 'string', enum: ['compound', 'interleaved'] }, columns: NAMES }, required: ['columns'], additionalProperties: false }],
  },
  compound_sortkey: { ...NAMES, description: 'Columns of a compound sort key.' },
  interleaved_sortkey: { ...NAMES, description: 'Columns of an interleaved sort key.' },
  encode: { type: 'object', description: 'Encodings by column; Redshift chooses where there are none.', additionalProperties: { type: 'string', enum: ENCODINGS } },
  table_type: { type: 'string', enum: ['fact', 'dimension'], description: 'What the table is for, a hint for proposed keys.' },
} as const;

export const ENTRY_KEYS: readonly string[] = Object.keys(ENTRY);

/** The schema of redshift_keys.json, for editors. */
export const REDSHIFT_KEYS_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Tidemark redshift_keys file',
  type: 'object',
  description: 'Distribution and order of tables in Redshift, by schema.table. Columns by their names at the source or in Redshift.',
  additionalProperties: { type: 'object', properties: { version: {}, description: {}, metadata: {}, ...ENTRY }, additionalProperties: false },
} as const;
