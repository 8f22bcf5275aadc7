import type { PolicyName } from '@tidemark/domain';
import fc from 'fast-check';
import { exactly, type ExpectedCell, type GeneratedColumn, type GeneratedPolicies } from './generated-column.ts';

/** A type with its parameters, its literals, and the rules for its values. */
export interface GeneratedType extends Pick<GeneratedColumn, 'ask' | 'expect' | 'found'> {
  readonly ddl: string;
  readonly literal: fc.Arbitrary<string>;
}

type Rules = Partial<Pick<GeneratedType, 'ask' | 'expect' | 'found'>>;

const same = (text: string): string => text;
const typeOf = (ddl: string, literal: fc.Arbitrary<string>, rules: Rules = {}): GeneratedType => ({ ddl, literal, ask: same, expect: exactly, found: same, ...rules });

const quoted = (text: string): string => `'${text}'`;
const hexOf = (bytes: Uint8Array | string): string => `X'${Buffer.from(bytes as string).toString('hex')}'`;
const utf8 = (text: string): string => `_utf8mb4 ${hexOf(text)}`;
const two = (value: number): string => String(value).padStart(2, '0');

const bigInts = (least: bigint, most: bigint): fc.Arbitrary<string> => fc.oneof(fc.constantFrom(least, most, 0n, 1n, least + 1n, most - 1n), fc.bigInt({ min: least, max: most })).map(String);

const INTEGERS: readonly (readonly [string, number])[] = [['TINYINT', 8], ['SMALLINT', 16], ['MEDIUMINT', 24], ['INT', 32], ['BIGINT', 64]];

const integer = fc.record({ type: fc.constantFrom(...INTEGERS), sign: fc.constantFrom('', ' UNSIGNED', ' ZEROFILL') }).map(({ type: [name, bits], sign }) => {
  const most = 2n ** BigInt(bits);
  const literal = sign === '' ? bigInts(-most / 2n, most / 2n - 1n) : bigInts(0n, most - 1n);
  return typeOf(name + sign, literal, { expect: (text) => exactly(String(BigInt(text))) });
});

const truthText = (text: string): string => ({ 0: 'false', 1: 'true' })[text] ?? text;

/** MySQL 8.0.19 and later forget the display width of one that is UNSIGNED and no more. */
const boolean = (signs: readonly string[]): fc.Arbitrary<GeneratedType> => fc.constantFrom(...signs).map((sign) => typeOf(`TINYINT(1)${sign}`, fc.constantFrom('0', '1'), { expect: (text, { tinyint1 }) => exactly(tinyint1 === 'boolean' ? truthText(text) : text) }));

const digits = (count: number): fc.Arbitrary<string> => fc.oneof(fc.constantFrom('9'.repeat(count), '0'.repeat(count), `${'0'.repeat(Math.max(0, count - 1))}1`.slice(0, count)), fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count }));

/** Both take 65 digits; MariaDB 38 of them behind the point, MySQL 30. */
const decimal = (mostScale: number): fc.Arbitrary<GeneratedType> => fc.integer({ min: 1, max: 65 }).chain((precision) => fc.record({ precision: fc.constant(precision), scale: fc.integer({ min: 0, max: Math.min(precision, mostScale) }), sign: fc.constantFrom('', ' UNSIGNED', ' ZEROFILL') })).map(({ precision, scale, sign }) => {
  const parts = fc.tuple(sign === '' ? fc.constantFrom('', '-') : fc.constant(''), digits(precision - scale), digits(scale));
  const isText = precision > 38 || scale > 37;
  const withoutPadding = (text: string): string => text.replace(/^(-?)0+(?=\d)/, '$1');
  return typeOf(`DECIMAL(${precision},${scale})${sign}`, parts.map(([minus, whole, fraction]) => `${minus}${whole || '0'}${fraction === '' ? '' : `.${fraction}`}`), {
    expect: (text) => exactly(isText ? text : withoutPadding(text)),
    // DuckDB writes no zero before the point where the type has no digit there.
    found: (text) => (isText ? text : withoutPadding(text.replace(/^-?(?=\.)/, '$&0'))),
  });
});

const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
const FLOATS = ['3.4028234663852886e38', '-3.4028234663852886e38', '1.1754943508222875e-38', '1.401298464324817e-45', '16777217', '0.1', '-0e0', '8388609.5', '123456.789'];
const DOUBLES = ['1.7976931348623157e308', '-1.7976931348623157e308', '2.2250738585072014e-308', '4.9406564584124654e-324', '9007199254740993e0', '0.1e0', '0.30000000000000004e0', '-0e0', '1e22', '123456789012345678e0'];
/** As a DOUBLE the server sends every digit. */
const asDouble = (column: string): string => `CAST(${column} AS DOUBLE)`;
const rounded = (least: number, most: number): fc.Arbitrary<string> => fc.record({ m: fc.integer({ min: least, max: most }), d: fc.integer({ min: 0, max: 5 }) }).map(({ m, d }) => `(${m},${Math.min(m, d)})`);

const float = fc.oneof(fc.constant(''), rounded(4, 20), fc.constant(' UNSIGNED')).map((size) =>
  typeOf(`FLOAT${size}`, fc.oneof(fc.constantFrom(...FLOATS), fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => `${value}e0`.replace(/(e[-+]\d+)e0/, '$1'))), {
    ask: asDouble,
    expect: (text) => exactly(numberText(Math.fround(Number(text)))),
    found: (text) => numberText(Math.fround(Number(text))),
  }),
);
const double = fc.oneof(fc.constant(''), rounded(4, 30), fc.constant(' UNSIGNED')).map((size) =>
  typeOf(`DOUBLE${size}`, fc.oneof(fc.constantFrom(...DOUBLES), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => `${value}e0`.replace(/(e[-+]\d+)e0/, '$1'))), {
    ask: asDouble,
    expect: (text) => exactly(numberText(Number(text))),
    found: (text) => numberText(Number(text)),
  }),
);

const bits = fc.integer({ min: 1, max: 64 }).map((count) =>
  typeOf(`BIT(${count})`, bigInts(0n, 2n ** BigInt(count) - 1n), {
    expect: (bytes, { bit1 }) => {
      const value = String(BigInt(`0x${Buffer.from(bytes, 'latin1').toString('hex')}`));
      return exactly(count === 1 && bit1 === 'boolean' ? truthText(value) : value);
    },
  }),
);

const year = fc.constant(typeOf('YEAR', fc.oneof(fc.constantFrom('0', '1901', '2155'), fc.integer({ min: 1901, max: 2155 }).map(String)), { expect: (text) => exactly(String(Number(text))) }));

/** Days of a calendar without 29th to 31st, and those that are special. */
const anyDay = fc.oneof(
  fc.constantFrom('0000-00-00', '2024-00-10', '2024-05-00', '0000-03-01', '0001-01-01', '1000-01-01', '9999-12-31', '2000-02-29', '1969-12-31', '1582-10-10'),
  fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([y, m, d]) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`),
);
const anyClock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 999_999 })).map(([h, m, s, f]) => `${two(h)}:${two(m)}:${two(s)}.${String(f).padStart(6, '0')}`);

const isZeroDay = (text: string): boolean => text.startsWith('0000') || text.slice(5, 7) === '00' || text.slice(8, 10) === '00';
const orZero = (text: string, sentinel: string, { zeroDate }: GeneratedPolicies): ExpectedCell => (isZeroDay(text) ? { text: zeroDate === 'sentinel' ? sentinel : null, policies: ['zero_date'] } : exactly(text));
const withMicros = (text: string): string => `${text}${text.includes('.') ? '' : '.'}`.padEnd(26, '0');

const date = fc.constant(typeOf('DATE', anyDay.map(quoted), { expect: (text, policies) => orZero(text, '0001-01-01', policies) }));
const fractional = fc.integer({ min: 0, max: 6 });
const datetime = fractional.map((fraction) =>
  typeOf(`DATETIME(${fraction})`, fc.tuple(anyDay, anyClock).map(([day, clock]) => quoted(`${day} ${clock}`)), { expect: (text, policies) => orZero(withMicros(text), '0001-01-01 00:00:00.000000', policies), found: withMicros }),
);
const timestamp = fractional.map((fraction) =>
  typeOf(`TIMESTAMP(${fraction}) DEFAULT '2000-01-01'`, fc.oneof(fc.constantFrom("'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999999'"), fc.tuple(fc.integer({ min: 1, max: 2 ** 31 - 2 }), fc.integer({ min: 0, max: 999_999 })).map(([seconds, micros]) => `FROM_UNIXTIME(${seconds}.${String(micros).padStart(6, '0')})`)), {
    expect: (text, policies) => orZero(withMicros(text), '0001-01-01 00:00:00.000000', policies),
    found: withMicros,
  }),
);

function microsOf(text: string): string {
  const [, sign, h, m, s, f = ''] = /^(-?)(\d+):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(text)!;
  const micros = BigInt(Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1_000_000n + BigInt(f.padEnd(6, '0'));
  return String(sign === '-' ? -micros : micros);
}
const anyDuration = fc.oneof(fc.constantFrom('838:59:59', '-838:59:59', '-00:00:00.000001', '00:00:00'), fc.tuple(fc.constantFrom('', '-'), fc.integer({ min: 0, max: 837 }), anyClock).map(([sign, hour, clock]) => `${sign}${two(hour)}${clock.slice(2)}`));
const time = fractional.map((fraction) => typeOf(`TIME(${fraction})`, anyDuration.map(quoted), { expect: (text, policies) => exactly(policies.time === 'bigint_micros' ? microsOf(text) : text) }));

/** The longest text, and the most hex digits of whole bytes, that Redshift takes. */
const MAX_TEXT_BYTES = 65_535;
const MAX_HEX_DIGITS = 65_534;

/** Whole characters, as many as fit. */
function cutToBytes(text: string, most: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return kept;
}

/** Sets with codes that Unicode lacks; the server sends U+FFFD for some, and such a text ends with another one. */
const PARTLY_UNICODE = /(cp125[01]|sjis|cp932|ujis|eucjpms|gbk|gb2312|big5|euckr|tis620|greek|hebrew|geostd8|swe7)$/;

/** The rule for texts of a character set, in a column of so many bytes. */
function textCell(set = '', most = MAX_TEXT_BYTES): GeneratedType['expect'] {
  return (answer, { oversize }) => {
    const isLossy = PARTLY_UNICODE.test(set) && answer.includes('\ufffd');
    const whole = isLossy ? `${answer}\ufffd` : answer;
    const text = whole.replaceAll('\u0000', '');
    const policies: PolicyName[] = [...(isLossy ? (['invalid_utf8'] as const) : []), ...(text === whole ? [] : (['nul_byte'] as const))];
    if (Buffer.byteLength(text) <= most) return { text, policies };
    return { text: oversize === 'truncate' ? cutToBytes(text, most) : null, policies: [...policies, 'oversize_string'] };
  };
}

function hexCell(bytes: string, { oversize }: GeneratedPolicies): ExpectedCell {
  const hex = Buffer.from(bytes, 'latin1').toString('hex').toUpperCase();
  if (hex.length <= MAX_HEX_DIGITS) return exactly(hex);
  return { text: oversize === 'truncate' ? hex.slice(0, MAX_HEX_DIGITS) : null, policies: ['oversize_binary'] };
}

const CHARACTER_SETS = ['utf8mb4', 'utf8mb3', 'latin1', 'latin2', 'ucs2', 'utf16', 'utf16le', 'utf32', 'cp1251', 'cp1250', 'koi8r', 'sjis', 'cp932', 'ujis', 'eucjpms', 'gbk', 'gb2312', 'big5', 'euckr', 'tis620', 'greek', 'hebrew', 'ascii', 'macroman', 'armscii8', 'geostd8', 'swe7'];
const SCRIPTS = ['aZ09 ~', 'éßÿ€œ', 'жЯё№', '表示能ソ', '語日本', 'あア', '中文國', '한글', 'กข', 'αΩ', 'אב', 'łŠ', 'Աբ', 'აბ', '😀𝄞🏳️‍🌈', '\u0000', '\u0001\u001f\u007f', '\ufeff', '\u2028\u00a0\u200b', '\\\'"`%_', '\t\r\n', '\ufffd\uffff'];
const anyCharacter = fc.oneof(fc.constantFrom(...SCRIPTS.flatMap((script) => [...script])), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
/** Texts that begin and end with anything, in one script mostly. */
const anyText = (most: number): fc.Arbitrary<string> => fc.oneof(fc.constantFrom('', 'NULL', '\\N', ' ', '\ufeff'), fc.array(anyCharacter, { maxLength: most }).map((characters) => characters.join('')));
const characterSet = fc.constantFrom(...CHARACTER_SETS).map((set) => ` CHARACTER SET ${set}`);

const bytesPerCharacter = (set: string): number => (/(utf8mb4|utf16|utf16le|utf32)$/.test(set) ? 4 : set.endsWith('ascii') ? 1 : 3);

const shortText = fc.record({ kind: fc.constantFrom('CHAR', 'VARCHAR'), length: fc.integer({ min: 1, max: 60 }), set: characterSet }).map(({ kind, length, set }) => typeOf(`${kind}(${length})${set}`, anyText(length).map(utf8), { expect: textCell(set, length * bytesPerCharacter(set)) }));
const longText = fc.record({ kind: fc.constantFrom('TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT'), set: characterSet }).map(({ kind, set }) =>
  typeOf(kind + set, fc.oneof({ weight: 12, arbitrary: anyText(60).map(utf8) }, { weight: 1, arbitrary: fc.tuple(anyCharacter, fc.constantFrom(16_383, 16_384, 21_845, 21_846, 32_768, 65_535, 65_536)).map(([character, times]) => `REPEAT(${utf8(character)}, ${times})`) }), { expect: textCell(set, kind === 'TINYTEXT' && !/(utf8mb.|ascii)$/.test(set) ? 765 : MAX_TEXT_BYTES) }),
);

const LABELS = ['a', 'small', "it''s", '', 'ünïcode', '語', 'x y', 'back\\\\slash', 'say "so"', '(1)', '😀'];
const labels = fc.uniqueArray(fc.constantFrom(...LABELS), { minLength: 1, maxLength: 6 });
const enumeration = labels.map((list) => typeOf(`ENUM(${list.map(quoted).join(', ')}) CHARACTER SET utf8mb4`, fc.oneof(fc.constantFrom(...list).map(quoted), fc.constant("'no such label'")), { expect: textCell() }));
const set = labels.map((list) => typeOf(`SET(${list.map(quoted).join(', ')}) CHARACTER SET utf8mb4`, fc.integer({ min: 0, max: 2 ** list.length - 1 }).map(String), { expect: textCell() }));
const json = fc.constant(typeOf('JSON', fc.oneof(fc.constantFrom('null', '{"n":123456789012345678901234567890.5}', '"\\u0000"'), fc.json({ maxDepth: 3 })).map(utf8), { expect: textCell() }));

const bytes = fc.uint8Array({ maxLength: 40 });
const shortBytes = fc.record({ kind: fc.constantFrom('BINARY', 'VARBINARY'), length: fc.integer({ min: 1, max: 40 }) }).map(({ kind, length }) => typeOf(`${kind}(${length})`, fc.uint8Array({ maxLength: length }).map(hexOf), { expect: hexCell }));
const longBytes = fc.constantFrom('TINYBLOB', 'BLOB', 'MEDIUMBLOB', 'LONGBLOB').map((kind) =>
  typeOf(kind, fc.oneof({ weight: 12, arbitrary: bytes.map(hexOf) }, { weight: 1, arbitrary: fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 1 }), fc.constantFrom(32_767, 32_768, 65_535)).map(([byte, times]) => `REPEAT(${hexOf(byte)}, ${times})`) }), { expect: hexCell }),
);

const uuid = fc.constant(typeOf('UUID', fc.uuid().map(quoted)));
const address4 = fc.constant(typeOf('INET4', fc.ipV4().map(quoted)));
const address6 = fc.constant(typeOf('INET6', fc.ipV6().map(quoted)));

/** As bytes: the server's parser of vectors does not take every number. */
const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }).map((numbers) => hexOf(new Uint8Array(Float32Array.from(numbers).buffer)));
const vector = fc.constant(typeOf('VECTOR(5)', floats, { expect: hexCell }));

/** Spatial reference systems with the coordinates that they take; MySQL 8 and later check them, and give geographic ones back the other way round. */
interface Plane {
  readonly srid: number;
  readonly coordinate: fc.Arbitrary<string>;
}
const anyCoordinate = fc.oneof(fc.constantFrom('0', '-0.1', '1e300', '180'), fc.integer({ min: -1000, max: 1000 }).map(String));
const latitude = fc.oneof(fc.constantFrom('0', '-0.1', '90', '-90'), fc.integer({ min: -90, max: 90 }).map(String));
const geometry = (planes: readonly Plane[], binary: (column: string) => string): fc.Arbitrary<GeneratedType> =>
  fc.constantFrom('POINT', 'LINESTRING', 'MULTIPOINT', 'GEOMETRY').map((kind) => {
    const shapeOf = ({ srid, coordinate }: Plane): fc.Arbitrary<string> => {
      const point = fc.tuple(coordinate, coordinate).map(([x, y]) => `${x} ${y}`);
      const shape = kind === 'POINT' ? point : fc.array(point, { minLength: 2, maxLength: 5 }).map((points) => points.join(','));
      return shape.map((text) => `ST_GeomFromText('${kind === 'GEOMETRY' ? 'LINESTRING' : kind}(${text})', ${srid})`);
    };
    return typeOf(kind, fc.oneof(...planes.map(shapeOf)), {
      ask: (column) => `CONCAT(HEX(${binary(column)}), '|', ST_AsText(${column}))`,
      expect: (answer, policies) => exactly(answer.split('|')[policies.geometry === 'hex_wkb' ? 0 : 1]!),
    });
  });

const COMMON_TYPES: readonly fc.WeightedArbitrary<GeneratedType>[] = [
  { weight: 3, arbitrary: integer }, { weight: 2, arbitrary: float }, { weight: 2, arbitrary: double }, { weight: 2, arbitrary: bits }, { weight: 1, arbitrary: year }, { weight: 1, arbitrary: date },
  { weight: 2, arbitrary: datetime }, { weight: 1, arbitrary: timestamp }, { weight: 2, arbitrary: time }, { weight: 5, arbitrary: shortText }, { weight: 5, arbitrary: longText },
  { weight: 1, arbitrary: enumeration }, { weight: 1, arbitrary: set }, { weight: 1, arbitrary: json }, { weight: 1, arbitrary: shortBytes }, { weight: 2, arbitrary: longBytes },
];

/** Any type of MariaDB 10.11 with any parameters. */
const typesOfMariadb: fc.Arbitrary<GeneratedType> = fc.oneof(
  ...COMMON_TYPES, boolean(['', ' UNSIGNED', ' ZEROFILL']), { weight: 4, arbitrary: decimal(38) }, uuid, address4, address6,
  geometry([{ srid: 0, coordinate: anyCoordinate }, { srid: 4326, coordinate: anyCoordinate }], (column) => `ST_AsBinary(${column})`),
);

/** Any type of MySQL 9 with any parameters. */
const typesOfMysql: fc.Arbitrary<GeneratedType> = fc.oneof(
  ...COMMON_TYPES, boolean(['', ' ZEROFILL']), { weight: 4, arbitrary: decimal(30) }, vector,
  geometry([{ srid: 0, coordinate: anyCoordinate }, { srid: 4326, coordinate: latitude }], (column) => `ST_AsBinary(${column}, 'axis-order=long-lat')`),
);

/** Any type of a server with any parameters. */
export function anyTypeOf(isMariadb: boolean): fc.Arbitrary<GeneratedType> {
  return isMariadb ? typesOfMariadb : typesOfMysql;
}
