/** Column types of the protocol. https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
export const WIRE = {
  DECIMAL: 0, TINY: 1, SHORT: 2, LONG: 3, FLOAT: 4, DOUBLE: 5, TIMESTAMP: 7, LONGLONG: 8, INT24: 9, DATE: 10, TIME: 11, DATETIME: 12, YEAR: 13, NEWDATE: 14,
  VARCHAR: 15, BIT: 16, VECTOR: 242, JSON: 245, NEWDECIMAL: 246, ENUM: 247, SET: 248, TINY_BLOB: 249, MEDIUM_BLOB: 250, LONG_BLOB: 251, BLOB: 252, VAR_STRING: 253, STRING: 254, GEOMETRY: 255,
} as const;

const NAMES = new Map<number, string>(Object.entries(WIRE).map(([name, type]) => [type, name]));

export function wireTypeName(type: number): string {
  return NAMES.get(type) ?? `type ${type}`;
}

export const INTEGER_TYPES: readonly number[] = [WIRE.TINY, WIRE.SHORT, WIRE.INT24, WIRE.LONG, WIRE.LONGLONG];
export const STRING_TYPES: readonly number[] = [WIRE.VARCHAR, WIRE.VAR_STRING, WIRE.STRING, WIRE.TINY_BLOB, WIRE.MEDIUM_BLOB, WIRE.LONG_BLOB, WIRE.BLOB, WIRE.ENUM, WIRE.SET];

/** Bit of a column's flags. https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__column__definition__flags.html */
export const UNSIGNED_FLAG = 32;
