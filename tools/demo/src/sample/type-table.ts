import { type ComparedColumn, fractionText, sameText, textBy } from '../comparison/compared-table.ts';
import { pick, random } from './random.ts';
import { type SampleColumn, type SampleTable, sampleColumn } from './sample-table.ts';

/** A nullable column whose values are picked from the literals; NULL is always one of them. */
function typed(compared: ComparedColumn, ddl: string, literals: readonly string[]): SampleColumn {
  return sampleColumn(compared, `${ddl} NULL DEFAULT NULL`, pick(compared.name, ['NULL', ...literals]));
}

const plain = (name: string, ddl: string, literals: readonly string[]): SampleColumn => typed(sameText(name), ddl, literals);

/** The bytes of a text, whatever the session reads into quotes and backslashes. */
const utf8 = (content: string): string => `_utf8mb4 X'${Buffer.from(content, 'utf8').toString('hex')}'`;

const WHOLE_NUMBERS: readonly SampleColumn[] = [
  plain('tiny', 'TINYINT', ['-128', '127', '0']),
  plain('tiny_unsigned', 'TINYINT UNSIGNED', ['0', '255']),
  plain('tiny1', 'TINYINT(1)', ['-128', '0', '1', '2', '127']),
  plain('small', 'SMALLINT', ['-32768', '32767']),
  plain('small_unsigned', 'SMALLINT UNSIGNED', ['0', '32768', '65535']),
  plain('medium', 'MEDIUMINT', ['-8388608', '8388607']),
  plain('medium_unsigned', 'MEDIUMINT UNSIGNED', ['16777215']),
  plain('whole', 'INT', ['-2147483648', '-1', '2147483647']),
  plain('whole_unsigned', 'INT UNSIGNED', ['2147483648', '4294967295']),
  // ZEROFILL is a way to show a number and no part of it.
  typed(textBy('padded', 'padded + 0'), 'INT(8) ZEROFILL', ['0', '42', '4294967295']),
  plain('big', 'BIGINT', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '-9007199254740993']),
  plain('big_unsigned', 'BIGINT UNSIGNED', ['0', '9223372036854775808', '18446744073709551615', '9007199254740993']),
  typed(textBy('year_of', 'year_of + 0'), 'YEAR', ['0', '1901', '2155']),
];

const OTHER_NUMBERS: readonly SampleColumn[] = [
  plain('price', 'DECIMAL(12,2)', ['1.15', '19.99', '4.35', '-9999999999.99', '9999999999.99']),
  plain('ratio', 'DECIMAL(4,4)', ['-0.9999', '0.0001']),
  plain('exact_18', 'DECIMAL(18,2)', ['-9999999999999999.99', '-0.01']),
  plain('exact_19', 'DECIMAL(19,4)', ['-999999999999999.9999', '999999999999999.9999']),
  plain('exact_38', 'DECIMAL(38,10)', ['-9999999999999999999999999999.9999999999', '9999999999999999999999999999.9999999999', '1']),
  // decimal_over_38: varchar – the digits of MySQL as text.
  plain('exact_65', 'DECIMAL(65,30)', ['-99999999999999999999999999999999999.999999999999999999999999999999', '0.000000000000000000000000000001']),
  // MySQL writes a FLOAT with six digits and the same value as a DOUBLE in full, so both sides write the DOUBLE.
  typed(textBy('single', 'single * 1E0', 'CAST(single AS DOUBLE PRECISION)'), 'FLOAT', ['16777216', '0.1', '-1.5']),
  plain('twofold', 'DOUBLE', ['0.1', '0.30000000000000004e0', '1e-300', '-123456.789', '4.9406564584124654e-324']),
  // bit1: boolean – Redshift writes t and f.
  typed(textBy('bit_1', `CASE bit_1 WHEN b'1' THEN 't' WHEN b'0' THEN 'f' END`), 'BIT(1)', [`b'0'`, `b'1'`]),
  typed(textBy('bit_8', 'bit_8 + 0'), 'BIT(8)', [`b'0'`, `b'11111111'`]),
  typed(textBy('bit_64', 'bit_64 + 0'), 'BIT(64)', ['18446744073709551615', '1']),
];

const TIMES: readonly SampleColumn[] = [
  plain('day', 'DATE', [`'1000-01-01'`, `'9999-12-31'`, `'2024-02-29'`, `'1969-12-31'`]),
  plain('moment', 'DATETIME', [`'1000-01-01 00:00:00'`, `'9999-12-31 23:59:59'`, `'2024-03-31 02:30:00'`, `'1969-12-31 23:59:59'`]),
  typed(fractionText('moment_6', 6), 'DATETIME(6)', [`'1000-01-01 00:00:00.000001'`, `'9999-12-31 23:59:59.999999'`, `'1969-12-31 23:59:59.999999'`, `'2024-06-01 12:00:00'`]),
  plain('instant', 'TIMESTAMP', [`'1970-01-01 00:00:01'`, `'2038-01-19 03:14:07'`]),
  typed(fractionText('instant_6', 6), 'TIMESTAMP(6)', [`'2038-01-19 03:14:07.999999'`, `'2024-10-27 01:30:00.000001'`]),
  // time: varchar – a duration, as MySQL writes it.
  plain('duration', 'TIME', [`'-838:59:59'`, `'838:59:59'`, `'25:00:00'`]),
  plain('duration_6', 'TIME(6)', [`'-838:59:59.000000'`, `'-00:00:00.000001'`, `'23:59:59.999999'`]),
];

const TEXTS: readonly SampleColumn[] = [
  plain('fixed_text', 'CHAR(10)', [`''`, utf8('😀'.repeat(10)), `'ab   '`]),
  plain('free_text', 'VARCHAR(255)', [
    ...['', 'null', 'NULL', 'nan', '\\N', `it's ''quoted''`, '"a","b"', 'C:\\new\\table\\\\', 'a\nb\r\nc\td', '  a  ', '   ', '000123', '1e5'].map(utf8),
    ...['😀🏳️‍🌈𝄞', '\u00e9 e\u0301', 'שלום', '\ufffd', '\uffff\u{10ffff}', '\u0001\u001b\u007f', '😀'.repeat(255)].map(utf8),
  ]),
  plain('no_pad_text', 'VARCHAR(20) COLLATE utf8mb4_nopad_bin', [`'a'`, `'a '`, `'a  '`]),
  plain('latin1_text', 'VARCHAR(20) CHARACTER SET latin1', ['€'.repeat(20), 'café ÿ', ''].map(utf8)),
  plain('sjis_text', 'VARCHAR(20) CHARACTER SET sjis', [utf8('表示')]),
  plain('long_text', 'TEXT', [`''`, `REPEAT('a', 65535)`, `REPEAT(${utf8('語')}, 21845)`, ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(utf8)]),
  plain('choice', `ENUM('small','large','','ünïcode','a,b')`, [`'small'`, `''`, `'ünïcode'`, `'a,b'`]),
  plain('unknown_choice', `ENUM('x','y')`, [`'nope'`, `'y'`]),
  plain('choices', `SET('a','b','c')`, [`''`, `'b'`, `'c,a,b'`]),
  plain('document', 'JSON', ['{"a": 1, "b": [true, null, "x"]}', '{"n":123456789012345678901234567890.123456789}', 'null', '{"k":"\\u0000 \\" \\\\ 😀"}'].map(utf8)),
];

/** binary: hex – upper-case digits, two for each byte. */
const BYTES: readonly SampleColumn[] = [
  typed(textBy('key_bytes', 'HEX(key_bytes)'), 'BINARY(16)', [`X'00000000000000000000000000000000'`, `X'3F06AF63A93C4E4B87970A50690DC0B4'`, `X'6120'`]),
  typed(textBy('some_bytes', 'HEX(some_bytes)'), 'VARBINARY(16)', [`''`, `X'00'`, `X'6120'`, `X'C328A0A1'`]),
  typed(textBy('more_bytes', 'HEX(more_bytes)'), 'BLOB', [`''`, `X'275C2200'`, `REPEAT(X'80', 300)`]),
  plain('identifier', 'UUID', [`'00000000-0000-0000-0000-000000000000'`, `'3f06af63-a93c-4e4b-8797-0a50690dc0b4'`]),
  plain('address', 'INET6', [`'::'`, `'::ffff:192.0.2.128'`]),
];

const CHANGED = sampleColumn(
  fractionText('updated_at', 6),
  'TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)',
  `'2022-01-01 00:00:00' + INTERVAL ${random('change second', 63_000_000)} SECOND + INTERVAL ${random('change microsecond', 1_000_000)} MICROSECOND`,
);

const ID = sampleColumn(sameText('id'), 'INT UNSIGNED NOT NULL AUTO_INCREMENT', 'seq');

/** Columns of many types, with the values at their edges and those that careless code changes; all load under the default policies. */
export const TYPE_SAMPLES: SampleTable = {
  name: 'type_samples',
  columns: [ID, ...WHOLE_NUMBERS, ...OTHER_NUMBERS, ...TIMES, ...TEXTS, ...BYTES, sampleColumn(sameText('computed'), 'BIGINT AS (whole + 1) STORED', undefined), CHANGED],
};

/** Values that Redshift cannot hold as they are, and the policies of the pipeline file that say what becomes of them. */
export const POLICY_SAMPLES: SampleTable = {
  name: 'policy_samples',
  columns: [
    ID,
    // zero_date: to_null – a date with a zero month or day becomes NULL.
    typed(textBy('legacy_day', 'IF(MONTH(legacy_day) = 0 OR DAYOFMONTH(legacy_day) = 0, NULL, legacy_day)'), 'DATE', [`'0000-00-00'`, `'2024-00-10'`, `'2024-01-00'`, `'2024-01-10'`]),
    // oversize_string: truncate – the first 65535 bytes; the long value here has one byte per character.
    typed(textBy('longer_text', 'LEFT(longer_text, 65535)'), 'MEDIUMTEXT', [`REPEAT('b', 65540)`, ...['ü', 'short', '', 'k', 'l', 'm', 'n', 'o'].map(utf8)]),
    // nul_byte: strip
    typed(textBy('nul_text', `REPLACE(nul_text, CHAR(0), '')`), 'VARCHAR(20)', [utf8('a\u0000b'), utf8('\u0000'), `'ab'`]),
    // geometry: hex_wkb
    typed(textBy('place', 'HEX(ST_AsWKB(place))'), 'POINT', [`ST_GeomFromText('POINT(1 2)')`, `ST_GeomFromText('POINT(-0.5 51.25)')`]),
    CHANGED,
  ],
};

/** UPDATE of every n-th row, which gives each of its columns the value of a row that is not there. */
export function updateSamplesSql({ name: table, columns }: SampleTable, every: number, rowCount: number): string {
  const changed = columns.filter(({ name, value }) => value !== undefined && name !== 'id' && name !== 'updated_at');
  const distance = 1_000_000;
  return `UPDATE ${table} JOIN seq_${distance + 1}_to_${distance + rowCount} ON seq = id + ${distance} SET ${changed.map(({ name, value }) => `${name} = ${value}`).join(', ')} WHERE id % ${every} = 0`;
}
