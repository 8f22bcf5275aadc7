import { SqlError } from '../wire/sql-error.ts';
import { quoteName } from './identifiers.ts';
import type { TokenCursor } from './token-cursor.ts';

export type TypeFamily =
  | 'smallint' | 'integer' | 'bigint' | 'decimal' | 'real' | 'double' | 'boolean' | 'char' | 'varchar' | 'date' | 'time' | 'timetz'
  | 'timestamp' | 'timestamptz' | 'interval' | 'super' | 'varbyte' | 'geometry';

/** A Redshift type with its defaults filled in, and the type that stands for it in the backing server. */
export interface RedshiftType {
  readonly family: TypeFamily;
  /** VARCHAR, CHAR and VARBYTE: bytes. DECIMAL: precision. */
  readonly length?: number;
  readonly scale?: number;
  readonly backend: string;
}

const SIMPLE: Readonly<Record<string, RedshiftType>> = {
  smallint: { family: 'smallint', backend: 'int2' }, int2: { family: 'smallint', backend: 'int2' },
  integer: { family: 'integer', backend: 'int4' }, int: { family: 'integer', backend: 'int4' }, int4: { family: 'integer', backend: 'int4' },
  bigint: { family: 'bigint', backend: 'int8' }, int8: { family: 'bigint', backend: 'int8' },
  real: { family: 'real', backend: 'float4' }, float4: { family: 'real', backend: 'float4' },
  float: { family: 'double', backend: 'float8' }, float8: { family: 'double', backend: 'float8' },
  boolean: { family: 'boolean', backend: 'bool' }, bool: { family: 'boolean', backend: 'bool' },
  date: { family: 'date', backend: 'date' },
  timetz: { family: 'timetz', backend: 'timetz' }, timestamptz: { family: 'timestamptz', backend: 'timestamptz' },
  super: { family: 'super', backend: 'pg_catalog.rs_super' },
  geometry: { family: 'geometry', backend: 'pg_catalog.bytea' }, geography: { family: 'geometry', backend: 'pg_catalog.bytea' },
};

/** Types of the catalogs, castable but not for columns of user tables. */
const CATALOG_TYPES: ReadonlySet<string> = new Set(['oid', 'regclass', 'name', 'regproc', 'regtype']);

const LIMITS = { varchar: 65_535, char: 4_096, varbyte: 16_777_216, precision: 38, scale: 37 } as const;

function takeLength(cursor: TokenCursor, limit: number, typeName: string): number | undefined {
  if (!cursor.takes('(')) return undefined;
  if (cursor.takes('max')) {
    cursor.expect(')');
    return limit;
  }
  const length = cursor.expectInteger();
  cursor.expect(')');
  if (length < 1) throw new SqlError('22023', `length for type ${typeName} must be at least 1`);
  if (length > limit) throw new SqlError('22023', `length for type ${typeName} cannot exceed ${limit}`);
  return length;
}

function takeDecimal(cursor: TokenCursor): RedshiftType {
  let precision = 18;
  let scale = 0;
  if (cursor.takes('(')) {
    precision = cursor.expectInteger();
    if (cursor.takes(',')) scale = cursor.expectInteger();
    cursor.expect(')');
    if (precision < 1 || precision > LIMITS.precision) throw new SqlError('22023', `NUMERIC precision ${precision} must be between 1 and ${LIMITS.precision}`);
    if (scale < 0 || scale > LIMITS.scale || scale > precision) throw new SqlError('22023', `NUMERIC scale ${scale} must be between 0 and ${Math.min(LIMITS.scale, precision)}`);
  }
  return { family: 'decimal', length: precision, scale, backend: `numeric(${precision},${scale})` };
}

function varchar(length: number): RedshiftType {
  return { family: 'varchar', length, backend: `pg_catalog.rs_varchar(${length})` };
}

function takeTimestamp(cursor: TokenCursor, kind: 'time' | 'timestamp'): RedshiftType {
  if (cursor.sees('(')) throw cursor.error();
  const zoned = cursor.takes('with', 'time', 'zone');
  if (!zoned) cursor.takes('without', 'time', 'zone');
  return { family: zoned ? `${kind}tz` : kind, backend: zoned ? `${kind}tz` : kind };
}

/**
 * What PostgreSQL's type would take and Redshift's does not: CHAR holds single-byte characters only, DECIMAL(19,s) what fits into 64 bits.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html
 */
export function valueCheck(column: string, type: RedshiftType): string {
  const name = quoteName(column);
  if (type.family === 'char') return ` CHECK (octet_length(${name}::text) = char_length(${name}::text))`;
  return type.family === 'decimal' && type.length === 19 ? ` CHECK (redshift_emulator.fits_int64(${name}, ${type.scale ?? 0}))` : '';
}

/**
 * Takes a type name at the cursor and gives the Redshift meaning of it.
 *
 * @throws SqlError 42704 for types Redshift does not have, 22023 for lengths it refuses
 */
export function takeType(cursor: TokenCursor, options: { column: boolean }): RedshiftType {
  const type = takeTypeName(cursor, options);
  if (cursor.sees('[') || cursor.sees('array')) throw new SqlError('0A000', `Column has unsupported type "${type.family}[]".`);
  return type;
}

function takeTypeName(cursor: TokenCursor, options: { column: boolean }): RedshiftType {
  const token = cursor.next();
  const name = token.value.toLowerCase();
  if (token.kind !== 'word' && token.kind !== 'quoted') throw new SqlError('42601', `syntax error at or near "${token.text}"`);
  if (token.kind === 'quoted' && name === 'char') throw new SqlError('42704', 'type "char" does not exist');
  if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name]!;
  if (name === 'decimal' || name === 'numeric' || name === 'dec') return takeDecimal(cursor);
  if (name === 'double') {
    cursor.expect('precision');
    return { family: 'double', backend: 'float8' };
  }
  if (name === 'character' && cursor.takes('varying')) return varchar(takeLength(cursor, LIMITS.varchar, 'varchar') ?? 256);
  if (name === 'varchar' || name === 'nvarchar') return varchar(takeLength(cursor, LIMITS.varchar, 'varchar') ?? 256);
  if (name === 'text') return varchar(256);
  if (name === 'character' || name === 'char' || name === 'nchar') {
    const length = takeLength(cursor, LIMITS.char, 'char') ?? 1;
    return { family: 'char', length, backend: `bpchar(${length})` };
  }
  if (name === 'bpchar') return { family: 'char', length: 256, backend: 'bpchar(256)' };
  if (name === 'varbyte' || name === 'varbinary' || (name === 'binary' && cursor.takes('varying'))) {
    const length = takeLength(cursor, LIMITS.varbyte, 'varbyte') ?? 64_000;
    return { family: 'varbyte', length, backend: `pg_catalog.rs_varbyte(${length})` };
  }
  if (name === 'time' || name === 'timestamp') return takeTimestamp(cursor, name);
  if (name === 'interval') return { family: 'interval', backend: 'interval' };
  if (!options.column && CATALOG_TYPES.has(name)) return { family: 'varchar', backend: name };
  throw new SqlError('42704', `type "${name}" does not exist`);
}
