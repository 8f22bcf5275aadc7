import type { DuckDBConnection } from '@duckdb/node-api';
import type { CleanedText } from './clean-text.ts';
import type { TargetColumn } from './target-table.ts';

/** A file to read the rows of. */
export interface FileRows {
  readonly path: string;
  /** Columns of the file. */
  readonly count: number;
  readonly cleaned: CleanedText | null;
}

const quotePath = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/** What a scan of a file found out about the values of one column. */
export interface ColumnFacts {
  readonly nulls: number;
  /** Longest value in bytes; 0 for columns of fixed width. */
  readonly longest: number;
  readonly hasNul: boolean;
  readonly hasMultibyte: boolean;
  /** A value that the type cannot hold: DECIMAL(19,s) beyond 64 bits, dates and times beyond Redshift's calendar. */
  readonly overflows: boolean;
}

export interface FileFacts {
  readonly columns: readonly ColumnFacts[];
  /** Bytes of the widest row's strings. */
  readonly widestRow: number;
}

/** The file as a relation whose columns are c0, c1, … whatever their names are; cleaned texts stand in for the file's own. */
function relation({ path, count, cleaned }: FileRows): string {
  const names = Array.from({ length: count }, (_unused, index) => `c${index}`);
  const file = `read_parquet(${quotePath(path)}) AS t(${names.join(', ')})`;
  if (cleaned === null || cleaned.indexes.length === 0) return file;
  const texts = `read_json(${quotePath(cleaned.path)}, format = 'newline_delimited', maximum_object_size = 67108864, columns = {${cleaned.indexes.map((index) => `c${index}: 'VARCHAR'`).join(', ')}})`;
  const kept = names.filter((_name, index) => !cleaned.indexes.includes(index));
  if (kept.length === 0) return `${texts} AS t`;
  return `(SELECT ${names.map((name, index) => (cleaned.indexes.includes(index) ? `j.${name}` : `p.${name}`)).join(', ')} FROM (SELECT ${kept.join(', ')} FROM ${file}) AS p POSITIONAL JOIN ${texts} AS j) AS t`;
}

/** DuckDB's names of BYTE_ARRAY columns. */
const isString = (type: string): boolean => type === 'VARCHAR' || type === 'JSON' || type === 'BLOB';

const isText = (column: TargetColumn): boolean => column.family === 'varchar' || column.family === 'char';

/** A BYTE_ARRAY without annotation is a BLOB to DuckDB; as text its bytes must be UTF-8. */
function textValue(index: number, type: string): string {
  return type === 'BLOB' ? `decode(c${index})` : `c${index}::VARCHAR`;
}

/** Escapes for PostgreSQL's COPY text format. */
const escaped = (value: string): string => `replace(replace(replace(replace(${value}, '\\', '\\\\'), chr(9), '\\t'), chr(10), '\\n'), chr(13), '\\r')`;

function copyText(column: TargetColumn, index: number, type: string): string {
  switch (column.family) {
    case 'varchar': case 'char': return escaped(textValue(index, type));
    case 'varbyte': return `'\\\\x' || lower(hex(c${index}))`;
    case 'super': return escaped(`to_json(${isString(type) ? textValue(index, type) : `c${index}`})::VARCHAR`);
    case 'date': return `replace(c${index}::VARCHAR, ' (BC)', ' BC')`;
    case 'timestamp': return `replace(c${index}::TIMESTAMP::VARCHAR, ' (BC)', ' BC')`;
    case 'timestamptz': return `regexp_replace(make_timestamp(epoch_us(c${index}))::VARCHAR, '^([^(]*?)( [(]BC[)])?$', '\\1+00\\2')`;
    default: return `c${index}::VARCHAR`;
  }
}

/** What stands for NULL. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html (NOT NULL) */
function nullText({ notNull, defaultText }: TargetColumn): string {
  if (!notNull || defaultText === null) return "'\\N'";
  const text = defaultText.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `'${text.replaceAll("'", "''")}'`;
}

/** The file's column types as DuckDB names them. */
export async function fileTypes(connection: DuckDBConnection, path: string): Promise<readonly string[]> {
  const rows = await (await connection.run(`DESCRIBE SELECT * FROM read_parquet(${quotePath(path)})`)).getRows();
  return rows.map((row) => String(row[1]));
}

/** 4713-01-01 BC, from 1970, in microseconds. */
const EARLIEST_MICROS = '-210863520000000000';

const JSON_STRING = `'"(?:[^"\\\\]|\\\\.)*"'`;

/** Bytes of a SUPER value: all of it, and its longest string. */
function superBytes(index: number, type: string): { whole: string; longestString: string } {
  if (isString(type)) {
    const bytes = `strlen(${textValue(index, type)})`;
    return { whole: bytes, longestString: bytes };
  }
  const json = `to_json(c${index})::VARCHAR`;
  return { whole: `strlen(${json})`, longestString: `list_max(list_transform(regexp_extract_all(${json}, ${JSON_STRING}), s -> strlen(json_extract_string(s, '$'))))` };
}

/**
 * Redshift holds precisions up to 19 in 64 bits, and dates from 4713 BC to 294276 AD; it has no infinite dates.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html
 */
function overflowTest(column: TargetColumn, index: number): string {
  if (column.family === 'date') return `coalesce(bool_or(c${index} > DATE '294276-12-31' OR c${index} < DATE '4713-01-01 (BC)'), false)`;
  if (column.family === 'timestamp' || column.family === 'timestamptz') return `coalesce(bool_or(NOT isfinite(c${index}) OR epoch_us(c${index}) < ${EARLIEST_MICROS}), false)`;
  if (column.family !== 'decimal' || column.length !== 19) return 'false';
  const scaled = (unscaled: bigint): string => {
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart((column.scale ?? 0) + 1, '0');
    const point = digits.length - (column.scale ?? 0);
    return `'${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}'::DECIMAL(38, ${column.scale ?? 0})`;
  };
  return `coalesce(bool_or(c${index} > ${scaled(2n ** 63n - 1n)} OR c${index} < ${scaled(-(2n ** 63n))}), false)`;
}

/** Reads every value once and gives what the target's limits are checked against. Throws on bytes that are not UTF-8. */
export async function fileFacts(connection: DuckDBConnection, file: FileRows, columns: readonly TargetColumn[], types: readonly string[]): Promise<FileFacts> {
  const width = (column: TargetColumn, index: number): string => {
    if (isText(column)) return `coalesce(strlen(${textValue(index, types[index]!)}), 0)`;
    if (column.family === 'varbyte') return `coalesce(octet_length(c${index}), 0)`;
    return column.family === 'super' ? `coalesce(${superBytes(index, types[index]!).whole}, 0)` : '8';
  };
  const facts = columns.flatMap((column, index) => {
    const text = textValue(index, types[index]!);
    const fixed = !isText(column) && column.family !== 'varbyte' && column.family !== 'super';
    return [
      `count(*) - count(c${index})`,
      fixed ? '0' : `max(${column.family === 'super' ? superBytes(index, types[index]!).longestString : width(column, index)})`,
      isText(column) ? `coalesce(bool_or(contains(${text}, chr(0))), false)` : 'false',
      column.family === 'char' ? `coalesce(bool_or(strlen(${text}) <> length(${text})), false)` : 'false',
      overflowTest(column, index),
    ];
  });
  const result = await connection.run(`SELECT ${facts.join(', ')}, max(list_sum([${columns.map((column, index) => `(${width(column, index)})::BIGINT`).join(', ')}])) FROM ${relation(file)}`);
  const row = (await result.getRows())[0]!;
  return {
    columns: columns.map((_column, index) => ({
      nulls: Number(row[index * 5]), longest: Number(row[index * 5 + 1] ?? 0), hasNul: row[index * 5 + 2] === true, hasMultibyte: row[index * 5 + 3] === true,
      overflows: row[index * 5 + 4] === true,
    })),
    widestRow: Number(row.at(-1) ?? 0),
  };
}

/** Writes the file's rows in PostgreSQL's COPY text format; columns that the file lacks follow as NULL. A NOT NULL column takes its default for NULL. */
export async function writeRowText(connection: DuckDBConnection, file: FileRows, columns: readonly TargetColumn[], types: readonly string[], lacking: readonly TargetColumn[], output: string): Promise<void> {
  const values = columns.map((column, index) => `coalesce(${copyText(column, index, types[index]!)}, ${nullText(column)})`);
  await connection.run(`COPY (SELECT ${[...values, ...lacking.map(nullText)].join(', ')} FROM ${relation(file)}) TO ${quotePath(output)}
    (FORMAT csv, HEADER false, DELIMITER '\t', QUOTE '', ESCAPE '')`);
}
