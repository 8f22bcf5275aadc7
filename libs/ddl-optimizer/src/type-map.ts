import type { SourceColumn } from '@tidemark/domain';
import { isStoredAsUtf8, utf8BytesPerCharacter } from './character-width.ts';
import { enumBytes, setBytes } from './label-width.ts';
import { bool, date, decimal, float32, float64, hex, int16, int32, int64, plainText, reading, superJson, text, timeMicros, timestamp, varbyte, type StagedForm } from './staged-form.ts';
import type { TypePolicies } from './type-policies.ts';

/** A condition on the column, with the words that stand for it in the rendered map. */
interface Condition {
  readonly words: string;
  readonly holds: (column: SourceColumn, policies: TypePolicies) => boolean;
}

/** One row of the map. The first row whose type and conditions fit is taken. */
export interface TypeRule {
  /** As people write the type. */
  readonly label: string;
  /** DATA_TYPE names. */
  readonly types: readonly string[];
  readonly when?: readonly Condition[];
  /** Null: such a column cannot be planned. */
  readonly form: StagedForm | null;
  /** What happens at the edges. */
  readonly note: string;
}

const when = (words: string, holds: Condition['holds']): Condition => ({ words, holds });
const choice = <K extends keyof TypePolicies>(policy: K, name: string, value: TypePolicies[K]): Condition => when(`${name}: ${value}`, (_column, policies) => policies[policy] === value);

const unsigned = when('unsigned', (column) => column.isUnsigned);
const displayWidth1 = when('display width 1', (column) => /^tinyint\(1\)/i.test(column.columnType));
const withScale = when('(m,d)', (column) => column.columnType.includes('('));
const bits = (least: number, most: number): Condition => when(least === most ? `${least} bits` : `${least} to ${most} bits`, (column) => bitsOf(column) >= least && bitsOf(column) <= most);
const digits = (least: number, most: number): Condition => when(`p ${least === most ? `= ${least}` : `≤ ${most}`}, s ≤ 37`, (column) => precisionOf(column) >= least && precisionOf(column) <= most && scaleOf(column) <= 37);
const scaleAtMost37 = when('s ≤ 37', (column) => scaleOf(column) <= 37);

const lengthIn = (column: SourceColumn): number | null => {
  const match = /\((\d+)/.exec(column.columnType);
  return match === null ? null : Number(match[1]);
};
const bitsOf = (column: SourceColumn): number => lengthIn(column) ?? column.numericPrecision ?? 1;
const precisionOf = (column: SourceColumn): number => column.numericPrecision ?? lengthIn(column) ?? 10;
const scaleOf = (column: SourceColumn): number => column.numericScale ?? 0;
const lengthOf = (column: SourceColumn): number => column.maxCharacters ?? lengthIn(column) ?? 1;
const shortTextBytes = (column: SourceColumn): number => (isStoredAsUtf8(column.characterSet) ? 255 : 765);
const textBytes = (column: SourceColumn): number => (isStoredAsUtf8(column.characterSet) ? 65_535 : 3 * 65_535);
const unending = (): number => Infinity;

const decimal20 = decimal('DECIMAL(20,0)', () => ({ precision: 20, scale: 0 }));

const GEOMETRIES = ['geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring', 'multipolygon', 'geometrycollection', 'geomcollection'];

/**
 * MySQL and MariaDB types and what becomes of them: exact, or refused.
 * Redshift's Parquet reader takes a column only in its own width, so every width is spelled out.
 * https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
 * https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
 */
export const TYPE_MAP: readonly TypeRule[] = [
  { label: 'TINYINT(1), BOOL', types: ['tinyint'], when: [displayWidth1, choice('tinyint1', 'tinyint1', 'boolean')], form: bool, note: 'a value other than 0 and 1 fails' },
  { label: 'TINYINT, TINYINT UNSIGNED', types: ['tinyint'], form: int16, note: 'exact' },
  { label: 'SMALLINT UNSIGNED', types: ['smallint'], when: [unsigned], form: int32, note: 'exact' },
  { label: 'SMALLINT', types: ['smallint'], form: int16, note: 'exact' },
  { label: 'MEDIUMINT, MEDIUMINT UNSIGNED', types: ['mediumint'], form: int32, note: 'exact' },
  { label: 'INT UNSIGNED', types: ['int', 'integer'], when: [unsigned], form: int64, note: 'exact' },
  { label: 'INT', types: ['int', 'integer'], form: int32, note: 'exact' },
  { label: 'BIGINT UNSIGNED, SERIAL', types: ['bigint'], when: [unsigned], form: decimal20, note: 'exact; DECIMAL(19,0) would end at 9223372036854775807' },
  { label: 'BIGINT', types: ['bigint'], form: int64, note: 'exact' },

  { label: 'DECIMAL(19,s)', types: ['decimal', 'numeric'], when: [digits(19, 19)], form: decimal('DECIMAL(20,s)', (column) => ({ precision: 20, scale: scaleOf(column) })), note: 'one digit more: Redshift keeps 19 digits in 64 bits' },
  { label: 'DECIMAL(p,s)', types: ['decimal', 'numeric'], when: [digits(1, 38)], form: decimal('DECIMAL(p,s)', (column) => ({ precision: precisionOf(column), scale: scaleOf(column) })), note: 'exact' },
  { label: 'DECIMAL(p,s)', types: ['decimal', 'numeric'], when: [choice('decimalOver38', 'decimal_over_38', 'narrow'), scaleAtMost37], form: decimal('DECIMAL(38,s)', (column) => ({ precision: 38, scale: scaleOf(column) }), () => true), note: 'a value of more than 38 digits fails' },
  { label: 'DECIMAL(p,s)', types: ['decimal', 'numeric'], when: [choice('decimalOver38', 'decimal_over_38', 'varchar')], form: plainText('p + 3', (column) => precisionOf(column) + 3), note: 'the digits as text' },

  { label: 'FLOAT', types: ['float'], form: reading('{c} * 1E0', float32), note: 'exact; as text the server would round to 6 digits' },
  { label: 'DOUBLE(m,d)', types: ['double', 'real'], when: [withScale], form: reading('{c} * 1E0', float64), note: 'exact; as text the server would round to d decimals' },
  { label: 'DOUBLE, REAL', types: ['double', 'real'], form: float64, note: 'exact' },

  { label: 'BIT(1)', types: ['bit'], when: [bits(1, 1), choice('bit1', 'bit1', 'boolean')], form: reading('{c} + 0', bool), note: 'exact' },
  { label: 'BIT(n)', types: ['bit'], when: [bits(1, 15)], form: reading('{c} + 0', int16), note: 'the unsigned value' },
  { label: 'BIT(n)', types: ['bit'], when: [bits(16, 31)], form: reading('{c} + 0', int32), note: 'the unsigned value' },
  { label: 'BIT(n)', types: ['bit'], when: [bits(32, 63)], form: reading('{c} + 0', int64), note: 'the unsigned value' },
  { label: 'BIT(64)', types: ['bit'], form: reading('{c} + 0', decimal20), note: 'the unsigned value' },

  { label: 'YEAR', types: ['year'], form: int16, note: '0000 stays 0' },
  { label: 'DATE', types: ['date'], form: date, note: '0000-00-00 and partly zero dates: zero_date' },
  { label: 'DATETIME(f)', types: ['datetime'], form: timestamp, note: 'wall clock, microseconds; zero dates: zero_date' },
  { label: 'TIMESTAMP(f)', types: ['timestamp'], form: timestamp, note: 'in UTC, microseconds; zero dates: zero_date' },
  { label: 'TIME(f)', types: ['time'], when: [choice('time', 'time', 'bigint_micros')], form: timeMicros, note: 'signed microseconds, −838:59:59 to 838:59:59' },
  { label: 'TIME(f)', types: ['time'], form: plainText('18', () => 18), note: 'the server\'s text; it is a duration of up to 838 hours' },

  { label: 'CHAR(n), VARCHAR(n)', types: ['char', 'varchar', 'nchar', 'nvarchar'], form: text('n × k', (column) => lengthOf(column) * utf8BytesPerCharacter(column.characterSet)), note: 'k: most UTF-8 bytes of a character of its set; more than 65535 bytes: oversize_string; a code that Unicode lacks: invalid_utf8' },
  { label: 'TINYTEXT', types: ['tinytext'], form: text('255, 765 unless UTF-8', shortTextBytes), note: 'exact' },
  { label: 'TEXT', types: ['text'], form: text('65535', textBytes), note: 'a set other than UTF-8 may grow: oversize_string' },
  { label: 'MEDIUMTEXT, LONGTEXT', types: ['mediumtext', 'longtext'], form: text('65535', unending), note: 'longer: oversize_string' },
  { label: 'ENUM', types: ['enum'], form: text('2 × longest label, at least 64', (column) => enumBytes(column.columnType)), note: 'the label; room for labels to come' },
  { label: 'SET', types: ['set'], form: text('2 × all labels, at least 64', (column) => setBytes(column.columnType)), note: 'labels joined by commas' },
  { label: 'JSON', types: ['json'], when: [choice('json', 'json', 'varchar')], form: text('65535', unending), note: 'the server\'s text; longer: oversize_string' },
  { label: 'JSON', types: ['json'], when: [choice('json', 'json', 'super')], form: superJson, note: 'staged as VARCHAR(65535) and parsed by the load: spelling, order of members and repeated members follow JSON_PARSE, and a number beyond 64 bits may be rounded; longer: oversize_string' },
  { label: 'XMLTYPE', types: ['xmltype'], form: text('65535', unending), note: 'MariaDB; longer: oversize_string' },

  { label: 'BINARY(n), VARBINARY(n)', types: ['binary', 'varbinary'], when: [choice('binary', 'binary', 'hex')], form: hex('2n', lengthOf), note: 'hex digits; more than 32767 bytes: oversize_binary' },
  { label: 'TINYBLOB', types: ['tinyblob'], when: [choice('binary', 'binary', 'hex')], form: hex('510', () => 255), note: 'hex digits' },
  { label: 'BLOB, MEDIUMBLOB, LONGBLOB', types: ['blob', 'mediumblob', 'longblob'], when: [choice('binary', 'binary', 'hex')], form: hex('65535', unending), note: 'hex digits; more than 32767 bytes: oversize_binary' },
  { label: 'VECTOR(n)', types: ['vector'], when: [choice('binary', 'binary', 'hex')], form: hex('8n', (column) => 4 * (lengthIn(column) ?? 2048)), note: 'hex digits of the little-endian 32-bit floats' },

  { label: 'BINARY(n), VARBINARY(n)', types: ['binary', 'varbinary'], when: [choice('binary', 'binary', 'varbyte')], form: varbyte('n', lengthOf), note: 'exact' },
  { label: 'TINYBLOB', types: ['tinyblob'], when: [choice('binary', 'binary', 'varbyte')], form: varbyte('255', () => 255), note: 'exact' },
  { label: 'BLOB', types: ['blob'], when: [choice('binary', 'binary', 'varbyte')], form: varbyte('65535', () => 65_535), note: 'exact' },
  { label: 'MEDIUMBLOB', types: ['mediumblob'], when: [choice('binary', 'binary', 'varbyte')], form: varbyte('16777215', () => 16_777_215), note: 'exact; a row has at most 4 MB' },
  { label: 'LONGBLOB', types: ['longblob'], when: [choice('binary', 'binary', 'varbyte')], form: varbyte('16777216', unending), note: 'longer: oversize_binary; a row has at most 4 MB' },
  { label: 'VECTOR(n)', types: ['vector'], when: [choice('binary', 'binary', 'varbyte')], form: varbyte('4n', (column) => 4 * (lengthIn(column) ?? 2048)), note: 'the little-endian 32-bit floats' },

  { label: 'GEOMETRY and its kinds', types: GEOMETRIES, when: [choice('geometry', 'geometry', 'hex_wkb')], form: hex('65535', unending, 'SUBSTRING({c}, 5)'), note: 'hex WKB in stored axis order (x, y), without the SRID; more than 32767 bytes: oversize_binary' },
  { label: 'GEOMETRY and its kinds', types: GEOMETRIES, when: [choice('geometry', 'geometry', 'wkt')], form: reading('ST_AsText({c})', text('65535', unending)), note: 'the server\'s WKT, without the SRID; longer: oversize_string' },
  { label: 'GEOMETRY and its kinds', types: GEOMETRIES, when: [choice('geometry', 'geometry', 'fail')], form: null, note: 'refused when planning' },

  { label: 'UUID', types: ['uuid'], form: plainText('36', () => 36), note: 'MariaDB' },
  { label: 'INET4', types: ['inet4'], form: plainText('15', () => 15), note: 'MariaDB' },
  { label: 'INET6', types: ['inet6'], form: plainText('45', () => 45), note: 'MariaDB' },
];

/** The row for a column under the policies; undefined for a type that is not in the map. */
export function findTypeRule(column: SourceColumn, policies: TypePolicies): TypeRule | undefined {
  const dataType = column.dataType.toLowerCase();
  return TYPE_MAP.find((rule) => rule.types.includes(dataType) && (rule.when ?? []).every((condition) => condition.holds(column, policies)));
}
