/** Physical types of parquet.thrift. */
export const PHYSICAL = { boolean: 0, int32: 1, int64: 2, int96: 3, float: 4, double: 5, bytes: 6, fixed: 7 } as const;
/** Converted types of parquet.thrift. */
export const CONVERTED = { utf8: 0, decimal: 5, date: 6, timestampMillis: 9, timestampMicros: 10, uint8: 11, uint16: 12, uint32: 13, uint64: 14, int8: 15, int16: 16, int32: 17, int64: 18, json: 19 } as const;

type Field = readonly [id: number, type: 'i8' | 'i32' | 'i64' | 'string' | 'bool' | 'struct' | 'structs' | 'i32s' | 'strings', value: unknown];
type Struct = readonly Field[];

/** Logical types as Thrift structs. */
export const LOGICAL = {
  string: [[1, 'struct', []]] as Struct,
  decimal: (precision: number, scale: number): Struct => [[5, 'struct', [[1, 'i32', scale], [2, 'i32', precision]]]],
  date: [[6, 'struct', []]] as Struct,
  time: [[7, 'struct', [[1, 'bool', false], [2, 'struct', [[2, 'struct', []]]]]]] as Struct,
  timestamp: (unit: 'millis' | 'micros' | 'nanos', utc: boolean): Struct => [[8, 'struct', [[1, 'bool', utc], [2, 'struct', [[{ millis: 1, micros: 2, nanos: 3 }[unit], 'struct', []]]]]]],
  integer: (bits: number, signed: boolean): Struct => [[10, 'struct', [[1, 'i8', bits], [2, 'bool', signed]]]],
};

/** One flat column; values are in PLAIN encoding, null for NULL. */
export interface TinyColumn {
  readonly name: string;
  readonly physical: number;
  readonly typeLength?: number;
  readonly converted?: number;
  readonly logical?: Struct;
  readonly precision?: number;
  readonly scale?: number;
  readonly values: readonly (Buffer | null)[];
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const zigzag = (value: number | bigint): Buffer => varint(BigInt(value) >= 0n ? BigInt(value) * 2n : -BigInt(value) * 2n - 1n);
const text = (value: string): Buffer => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
const list = (elementType: number, items: readonly Buffer[]): Buffer => Buffer.concat([items.length < 15 ? Buffer.from([(items.length << 4) | elementType]) : Buffer.concat([Buffer.from([0xf0 | elementType]), varint(items.length)]), ...items]);

function thriftStruct(fields: Struct): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const [id, type, value] of fields) {
    const codes = { i8: 3, i32: 5, i64: 6, string: 8, struct: 12, structs: 9, i32s: 9, strings: 9, bool: value === true ? 1 : 2 };
    parts.push(Buffer.from([((id - last) << 4) | codes[type]]));
    last = id;
    if (type === 'i8') parts.push(Buffer.from([value as number]));
    if (type === 'i32' || type === 'i64') parts.push(zigzag(value as number));
    if (type === 'string') parts.push(text(value as string));
    if (type === 'struct') parts.push(thriftStruct(value as Struct));
    if (type === 'structs') parts.push(list(12, (value as Struct[]).map(thriftStruct)));
    if (type === 'i32s') parts.push(list(5, (value as number[]).map(zigzag)));
    if (type === 'strings') parts.push(list(8, (value as string[]).map(text)));
  }
  return Buffer.concat([...parts, Buffer.alloc(1)]);
}

function levels(values: readonly (Buffer | null)[]): Buffer {
  const groups = Math.ceil(values.length / 8);
  const bits = Buffer.alloc(groups);
  values.forEach((value, index) => {
    if (value !== null) bits[index >> 3]! |= 1 << (index & 7);
  });
  const run = Buffer.concat([varint((groups << 1) | 1), bits]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length);
  return Buffer.concat([length, run]);
}

/** A Parquet file of one row group with one uncompressed PLAIN data page per column, as odd as asked. */
export function tinyParquet(columns: readonly TinyColumn[], odd: { codec?: number; encoding?: number; pageType?: number } = {}): Buffer {
  const { codec = 0, encoding = 0, pageType = 0 } = odd;
  const rowCount = columns[0]!.values.length;
  const parts: Buffer[] = [Buffer.from('PAR1')];
  let offset = 4;
  const chunks = columns.map((column): Struct => {
    const data = Buffer.concat([levels(column.values), ...column.values.filter((value) => value !== null)]);
    const dataHeader: Struct = pageType === 3 ? [[1, 'i32', rowCount], [2, 'i32', 0], [3, 'i32', rowCount], [4, 'i32', encoding], [5, 'i32', 0], [6, 'i32', 0]] : [[1, 'i32', rowCount], [2, 'i32', encoding], [3, 'i32', 3], [4, 'i32', 3]];
    const header = thriftStruct([[1, 'i32', pageType], [2, 'i32', data.length], [3, 'i32', data.length], [pageType === 3 ? 8 : 5, 'struct', dataHeader]]);
    const start = offset;
    parts.push(header, data);
    offset += header.length + data.length;
    const size = header.length + data.length;
    return [[2, 'i64', start], [3, 'struct', [[1, 'i32', column.physical], [2, 'i32s', [encoding, 3]], [3, 'strings', [column.name]], [4, 'i32', codec], [5, 'i64', rowCount], [6, 'i64', size], [7, 'i64', size], [9, 'i64', start]]]];
  });
  const optional = (id: number, type: Field[1], value: unknown): Field[] => (value === undefined ? [] : [[id, type, value]]);
  const schema: Struct[] = [
    [[4, 'string', 'schema'], [5, 'i32', columns.length]],
    ...columns.map((column): Struct => [
      [1, 'i32', column.physical], ...optional(2, 'i32', column.typeLength), [3, 'i32', 1], [4, 'string', column.name], ...optional(6, 'i32', column.converted),
      ...optional(7, 'i32', column.scale), ...optional(8, 'i32', column.precision), ...optional(10, 'struct', column.logical),
    ]),
  ];
  const footer = thriftStruct([[1, 'i32', 1], [2, 'structs', schema], [3, 'i64', rowCount], [4, 'structs', [[[1, 'structs', chunks], [2, 'i64', offset], [3, 'i64', rowCount]]]]]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, Buffer.from('PAR1')]);
}

export const int32Value = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
export const int64Value = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
};
export const doubleValue = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
export const floatValue = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
export const bytesValue = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([int32Value(bytes.length), bytes]);
};
/** An unscaled number, big-endian two's complement in so many bytes. */
export const fixedDecimal = (value: bigint, length: number): Buffer => Buffer.from(BigInt.asUintN(length * 8, value).toString(16).padStart(length * 2, '0'), 'hex');
