import { utf8Literal } from '@tidemark/testkit';

type Cell = string | null;

/** A table under chosen policies: what is written to MySQL, and what Redshift must hold then, by hand. */
export interface PolicyTable {
  readonly table: string;
  /** YAML of `types:`. */
  readonly types: string;
  /** YAML of `columns:`. */
  readonly disguises?: string;
  readonly columns: readonly { readonly name: string; readonly ddl: string; readonly redshiftType: string }[];
  /** SQL literals of each row, without its id; ids count from 1. */
  readonly rows: readonly (readonly string[])[];
  readonly expected: readonly (readonly Cell[])[];
  /** Columns whose files hold another text than Redshift sends: those that Redshift parses. */
  readonly staged?: Readonly<Record<string, readonly Cell[]>>;
  /** `column policy action count`, in order. */
  readonly counts: readonly string[];
  /** What a plan says of the choices: codes and parts of their messages, and columns with the types that they get. */
  readonly planned: readonly (readonly [code: string, ...parts: string[]])[];
}

const column = (name: string, ddl: string, redshiftType: string) => ({ name, ddl, redshiftType });
const ZERO_DAY = '0001-01-01';
const ZERO_TIME = '0001-01-01 00:00:00';
const NUL_IN_TEXT = utf8Literal('a\u0000b\u0000');

const DATES_AND_TEXTS = [
  column('day', 'DATE', 'date'),
  column('moment', 'DATETIME(6)', 'timestamp without time zone'),
  column('stamp', 'TIMESTAMP(3) NULL DEFAULT NULL', 'timestamp without time zone'),
  column('long_text', 'MEDIUMTEXT', 'character varying(65535)'),
  column('latin_text', 'TEXT CHARACTER SET latin1', 'character varying(65535)'),
  column('words', 'VARCHAR(20)', 'character varying(80)'),
  column('picture', 'MEDIUMBLOB', 'character varying(65535)'),
];

const FINE_LITERALS = ["'2024-02-29'", "'2024-02-29 23:59:59.999999'", "'2024-02-29 23:59:59.999'", "REPEAT('a', 65535)", `REPEAT(${utf8Literal('€')}, 21845)`, "'x'", "REPEAT(X'7F', 32767)"];
const FINE_VALUES = ['2024-02-29', '2024-02-29 23:59:59.999999', '2024-02-29 23:59:59.999', 'a'.repeat(65_535), '€'.repeat(21_845), 'x', '7F'.repeat(32_767)];
const NULLS = ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'];
const SEVEN_NULLS = [null, null, null, null, null, null, null];

const FLAWED_ROWS = [
  FINE_LITERALS,
  ["'0000-00-00'", "'0000-00-00 00:00:00'", "'0000-00-00 00:00:00'", "REPEAT('b', 65536)", `REPEAT(${utf8Literal('€')}, 21846)`, NUL_IN_TEXT, "REPEAT(X'80', 32768)"],
  ["'2024-00-10'", "'2024-05-00 01:02:03.000004'", "'1970-01-01 00:00:01'", `REPEAT(${utf8Literal('語')}, 21846)`, "''", utf8Literal('\u0000'), "''"],
  // A year that is zero; a text that is one byte too long until its NUL is gone.
  ["'0000-01-01'", "'0001-01-01 00:00:00'", 'NULL', `CONCAT(${utf8Literal('\u0000')}, REPEAT('c', 65535))`, "'y'", "'z'", "X'00'"],
  // No character ends where the column does.
  [...NULLS.slice(0, 3), `REPEAT(${utf8Literal('😀')}, 16384)`, ...NULLS.slice(4)],
  NULLS,
];

const ASSORTED_WKB: readonly (readonly [string, string, string])[] = [
  ["ST_GeomFromText('POINT(1 2)', 4326)", wkb('01', number(1), number(2)), 'POINT(1 2)'],
  ["ST_GeomFromText('LINESTRING(0 0, 1 1)')", wkb('02', count(2), number(0), number(0), number(1), number(1)), 'LINESTRING(0 0,1 1)'],
  ["ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))')", wkb('03', count(1), count(4), number(0), number(0), number(1), number(0), number(1), number(1), number(0), number(0)), 'POLYGON((0 0,1 0,1 1,0 0))'],
  ["ST_GeomFromText('MULTIPOINT(0 0, 1 1)')", wkb('04', count(2), wkb('01', number(0), number(0)), wkb('01', number(1), number(1))), 'MULTIPOINT(0 0,1 1)'],
  ["ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))')", wkb('07', count(1), wkb('01', number(1), number(2))), 'GEOMETRYCOLLECTION(POINT(1 2))'],
  ["ST_GeomFromText('POINT(-0.1 1e300)')", wkb('01', '9A9999999999B9BF', '9C7500883CE4377E'), 'POINT(-0.1 1e300)'],
];

/** Well-known binary with the low byte first. https://www.ogc.org/standard/sfa/ */
function wkb(kind: string, ...parts: readonly string[]): string {
  return `01${kind}000000${parts.join('')}`;
}

function count(value: number): string {
  return `0${value}000000`;
}

function number(value: 0 | 1 | 2): string {
  return { 0: '0000000000000000', 1: '000000000000F03F', 2: '0000000000000040' }[value];
}

/** The key of the hashes that stand in the table `disguised`. */
export const INVENTED_HASH_KEY = 'an-invented-key-of-32-characters';

export const POLICY_TABLES: readonly PolicyTable[] = [
  {
    table: 'made_null',
    types: '{ zero_date: to_null, oversize_string: to_null, oversize_binary: to_null, nul_byte: strip }',
    columns: DATES_AND_TEXTS,
    rows: FLAWED_ROWS,
    expected: [
      FINE_VALUES,
      [null, null, null, null, null, 'ab', null],
      [null, null, '1970-01-01 00:00:01', null, '', '', ''],
      [null, ZERO_TIME, null, 'c'.repeat(65_535), 'y', 'z', '00'],
      SEVEN_NULLS,
      SEVEN_NULLS,
    ],
    counts: [
      'day zero_date to_null 3', 'latin_text oversize_string to_null 1', 'long_text nul_byte strip 1', 'long_text oversize_string to_null 3', 'moment zero_date to_null 2',
      'picture oversize_binary to_null 1', 'stamp zero_date to_null 1', 'words nul_byte strip 2',
    ],
    planned: [
      ['DDL_LOSSY_CHOICE', 'Columns day, moment, stamp of', 'zero_date: to_null'], ['DDL_LOSSY_CHOICE', 'Columns long_text, latin_text, words of', 'oversize_string: to_null, nul_byte: strip'],
      ['DDL_LOSSY_CHOICE', 'Column picture of', 'oversize_binary: to_null'],
    ],
  },
  {
    table: 'mended',
    types: '{ zero_date: sentinel, oversize_string: truncate, oversize_binary: truncate, nul_byte: strip }',
    columns: DATES_AND_TEXTS,
    rows: FLAWED_ROWS,
    expected: [
      FINE_VALUES,
      [ZERO_DAY, ZERO_TIME, ZERO_TIME, 'b'.repeat(65_535), '€'.repeat(21_845), 'ab', '80'.repeat(32_767)],
      [ZERO_DAY, ZERO_TIME, '1970-01-01 00:00:01', '語'.repeat(21_845), '', '', ''],
      [ZERO_DAY, ZERO_TIME, null, 'c'.repeat(65_535), 'y', 'z', '00'],
      [null, null, null, '😀'.repeat(16_383), null, null, null],
      SEVEN_NULLS,
    ],
    counts: [
      'day zero_date sentinel 3', 'latin_text oversize_string truncate 1', 'long_text nul_byte strip 1', 'long_text oversize_string truncate 3', 'moment zero_date sentinel 2',
      'picture oversize_binary truncate 1', 'stamp zero_date sentinel 1', 'words nul_byte strip 2',
    ],
    planned: [
      ['DDL_LOSSY_CHOICE', 'Columns day, moment, stamp of', 'zero_date: sentinel'], ['DDL_LOSSY_CHOICE', 'Columns long_text, latin_text, words of', 'oversize_string: truncate, nul_byte: strip'],
      ['DDL_LOSSY_CHOICE', 'Column picture of', 'oversize_binary: truncate'],
    ],
  },
  {
    table: 'other_forms',
    types: '{ tinyint1: boolean, bit1: smallint, time: bigint_micros, decimal_over_38: narrow, geometry: hex_wkb }',
    columns: [
      column('flag', 'TINYINT(1)', 'boolean'),
      column('small', 'TINYINT(2)', 'smallint'),
      column('bit_flag', 'BIT(1)', 'smallint'),
      column('duration', 'TIME(6)', 'bigint'),
      column('hours', 'TIME', 'bigint'),
      column('amount', 'DECIMAL(65,30)', 'numeric(38,30)'),
      column('whole', 'DECIMAL(50,0)', 'numeric(38,0)'),
    ],
    rows: [
      ['1', '2', "b'1'", "'-838:59:59.000001'", "'838:59:59'", '99999999.999999999999999999999999999999', '99999999999999999999999999999999999999'],
      ['0', '-128', "b'0'", "'00:00:00.000001'", "'-00:00:01'", '-99999999.999999999999999999999999999999', '-99999999999999999999999999999999999999'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
      ['0', '0', "b'0'", "'00:00:00'", "'00:00:00'", '0.000000000000000000000000000001', '0'],
    ],
    expected: [
      ['t', '2', '1', '-3020399000001', '3020399000000', '99999999.999999999999999999999999999999', '99999999999999999999999999999999999999'],
      ['f', '-128', '0', '1', '-1000000', '-99999999.999999999999999999999999999999', '-99999999999999999999999999999999999999'],
      [null, null, null, null, null, null, null],
      ['f', '0', '0', '0', '0', '0.000000000000000000000000000001', '0'],
    ],
    counts: [],
    planned: [],
  },
  {
    table: 'binary_shapes',
    types: '{ geometry: hex_wkb, oversize_binary: to_null }',
    columns: [column('shape', 'GEOMETRY', 'character varying(65535)')],
    // 16 bytes per point and 9 before them: 2047 points fit into 32,767 bytes.
    rows: [...ASSORTED_WKB.map(([literal]) => [literal]), ['NULL'], [`ST_GeomFromText(CONCAT('LINESTRING(', REPEAT('0 0,', 2046), '0 0)'))`], [`ST_GeomFromText(CONCAT('LINESTRING(', REPEAT('0 0,', 2047), '0 0)'))`]],
    expected: [...ASSORTED_WKB.map(([, hex]) => [hex]), [null], [wkb('02', 'FF070000', number(0).repeat(2 * 2047))], [null]],
    counts: ['shape oversize_binary to_null 1'],
    planned: [['DDL_LOSSY_CHOICE', 'Column shape of', 'oversize_binary: to_null']],
  },
  {
    table: 'lacking',
    types: '{ invalid_utf8: replace }',
    columns: [column('simplified', 'VARCHAR(20) CHARACTER SET gbk', 'character varying(60)'), column('cyrillic', 'VARCHAR(20) CHARACTER SET cp1251', 'character varying(60)'), column('plain', 'VARCHAR(20) CHARACTER SET ascii', 'character varying(20)')],
    // A140 of gbk and 98 of cp1251 have no character in Unicode: the server makes question marks of them.
    rows: [["X'D6D0A1403F'", "X'9841'", "X'41E942'"], [utf8Literal('中文?'), utf8Literal('жук?'), "'a?b'"], ['NULL', 'NULL', 'NULL'], ["''", "'?'", "X'C3A9'"]],
    expected: [['中??\ufffd', '?A\ufffd', 'A\ufffdB'], ['中文?', 'жук?', 'a?b'], [null, null, null], ['', '?', 'é']],
    counts: ['cyrillic invalid_utf8 replace 1', 'plain invalid_utf8 replace 1', 'simplified invalid_utf8 replace 1'],
    planned: [['DDL_LOSSY_CHOICE', 'Columns simplified, cyrillic, plain of', 'invalid_utf8: replace']],
  },
  {
    table: 'bytes_and_members',
    types: '{ binary: varbyte, json: super, oversize_binary: truncate, oversize_string: to_null }',
    columns: [
      column('token', 'BINARY(4)', 'binary varying(4)'),
      column('code', 'VARBINARY(100)', 'binary varying(100)'),
      column('small_blob', 'TINYBLOB', 'binary varying(255)'),
      column('picture', 'BLOB', 'binary varying(65535)'),
      column('film', 'LONGBLOB', 'binary varying(16777216)'),
      column('details', 'JSON', 'super'),
    ],
    rows: [
      ["X'61'", "X''", "X'00FF'", "REPEAT(X'80', 65535)", "REPEAT(X'0A', 70000)", `'{"a": [1, "two", null], "b": {"c": 1.50}}'`],
      ["X'FFFFFFFF'", "REPEAT(X'41', 100)", "REPEAT(X'FE', 255)", "X'275C2200'", "X''", `CONCAT('"', REPEAT('j', 65533), '"')`],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
      ["X'00000000'", "X'6100'", "X''", "X''", "X'00'", `CONCAT('"', REPEAT('j', 65534), '"')`],
      ["X'01020304'", "X'20'", "X'20'", "X'20'", "X'20'", "'[]'"],
    ],
    expected: [
      ['61000000', '', '00ff', '80'.repeat(65_535), '0a'.repeat(70_000), '{"a":[1,"two",null],"b":{"c":1.50}}'],
      ['ffffffff', '41'.repeat(100), 'fe'.repeat(255), '275c2200', '', `"${'j'.repeat(65_533)}"`],
      [null, null, null, null, null, null],
      ['00000000', '6100', '', '', '00', null],
      ['01020304', '20', '20', '20', '20', '[]'],
    ],
    staged: { details: ['{"a": [1, "two", null], "b": {"c": 1.50}}', `"${'j'.repeat(65_533)}"`, null, null, '[]'] },
    counts: ['details oversize_string to_null 1'],
    planned: [['DDL_LOSSY_CHOICE', 'oversize_binary: truncate'], ['DDL_LOSSY_CHOICE', 'details', 'oversize_string: to_null'], ['DDL_JSON_PARSED', 'Column details of']],
  },
  {
    table: 'disguised',
    types: '{ zero_date: to_null }',
    disguises: '{ hash: [email, number], mask: { phone: keep_last_4, given_name: keep_first_2, address: keep_domain, secret: redact, born: to_null, card: keep_last_4 }, policy: { moment: { zero_date: sentinel } } }',
    columns: [
      column('email', 'VARCHAR(100) CHARACTER SET latin1', 'character varying(64)'),
      column('number', 'INT UNSIGNED', 'character varying(64)'),
      column('phone', 'VARCHAR(30)', 'character varying(20)'),
      column('given_name', 'VARCHAR(30)', 'character varying(12)'),
      column('address', 'VARCHAR(200)', 'character varying(258)'),
      column('secret', 'LONGTEXT', 'character varying(4)'),
      column('born', 'DATE', 'date'),
      column('card', 'BIGINT', 'character varying(8)'),
      column('moment', 'DATETIME', 'timestamp without time zone'),
    ],
    rows: [
      ["'ada@example.com'", '42', "'+49 170 1234567'", utf8Literal('Äda'), "'ada@example.com'", "'anything'", "'1815-12-10'", '4111111111111111', "'0000-00-00 00:00:00'"],
      [utf8Literal('é'), '0', "'123'", "'Al'", "'nobody'", "''", "'0000-00-00'", '12', "'2024-02-29 01:02:03'"],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
      ["''", '4294967295', utf8Literal('a😀é中文'), utf8Literal('😀é中'), "'@example.com'", "REPEAT('s', 100000)", 'NULL', '-1', 'NULL'],
    ],
    // printf %s TEXT | openssl dgst -sha256 -hmac KEY
    expected: [
      ['f56693a15ca213036e2a38072a3f84652207b2d95b4f5e9927b06808ae2bf43b', 'f2ac4db1216c8c05539135f4e2a2cc4660357a4ad94d74b033926f9fe7adabf9', '****4567', 'Äd****', '****@example.com', '****', null, '****1111', ZERO_TIME],
      ['f2824da694f101be88f4bf33a0dda5d92be59ee80e9e41debd2aa9b722b06e9c', 'ff96b36e669f89c0ccbd77c3b01aa734a27d609e2797f48fadb5722e02210907', '****', '****', '****', '****', null, '****', '2024-02-29 01:02:03'],
      [null, null, null, null, null, null, null, null, null],
      ['131515aa62b728ff6e858acdfb8b5d6a1e82389a91394d3387bc5a72aa9effd2', '773ed9296a5601fd8f98e53b765147a77a9f4ff6c50b27ccb8df23f0e7673a85', '****😀é中文', '😀é****', '****', '****', null, '****', null],
    ],
    counts: ['moment zero_date sentinel 1'],
    planned: [
      ['DDL_DISGUISED', 'email (hash', 'number (hash', 'phone (', 'given_name (', 'address (', 'secret (', 'born (', 'card ('], ['DDL_LOSSY_CHOICE', 'Column moment of', 'zero_date: sentinel'],
    ],
  },
  {
    table: 'text_shapes',
    types: '{ geometry: wkt }',
    columns: [column('shape', 'GEOMETRY', 'character varying(65535)')],
    rows: [...ASSORTED_WKB.map(([literal]) => [literal]), ['NULL']],
    expected: [...ASSORTED_WKB.map(([, , text]) => [text]), [null]],
    counts: [],
    planned: [],
  },
];

/** Statements that make and fill a table of policies; the session's sql_mode must let zero dates pass. */
export function policyTableStatements({ table, columns, rows }: PolicyTable): string[] {
  return [
    `CREATE TABLE ${table} (id BIGINT NOT NULL PRIMARY KEY, ${columns.map(({ name, ddl }) => `${name} ${ddl}`).join(', ')}, updated_at DATETIME(6) NOT NULL, KEY (updated_at, id)) CHARACTER SET utf8mb4`,
    ...rows.map((literals, index) => `INSERT INTO ${table} VALUES (${index + 1}, ${literals.join(', ')}, '2024-01-01 00:00:00')`),
  ];
}
