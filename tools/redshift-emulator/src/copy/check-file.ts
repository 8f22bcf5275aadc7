import type { CopyStatement } from '../sql/copy-statement.ts';
import { LoadFailure, scanError } from './load-failure.ts';
import type { SourceFile } from './manifest.ts';
import { misfitOf } from './parquet-columns.ts';
import { readParquetFile, unreadablePages, type ParquetFile } from './parquet-pages.ts';
import type { FileFacts } from './row-text.ts';
import type { TargetColumn } from './target-table.ts';

/** The longest string inside SUPER. https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html */
const MAX_STRING_BYTES = 65_535;

/** What a check says in its messages. */
export interface CheckedFile {
  readonly file: SourceFile;
  readonly queryId: number;
}

/** The URL as messages show it. */
function httpUrl({ bucket, key }: SourceFile): string {
  return `https://s3.us-east-1.amazonaws.com/${bucket}/${key.replaceAll('=', '%3D')}`;
}

function overflowText({ family, name }: TargetColumn): string {
  return family === 'decimal' ? `Numeric data overflow (result precision) in column ${name}` : `Value out of range for ${family} in column ${name}`;
}

function typeLength(column: TargetColumn): { columnType: string; columnLength: string } {
  return { columnType: column.family, columnLength: column.length === undefined ? '' : String(column.length) };
}

/** Reads the footer and checks columns, codecs and pages against the target. */
export async function checkSchema(checked: CheckedFile, path: string, columns: readonly TargetColumn[], copy: CopyStatement): Promise<ParquetFile> {
  const { file, queryId } = checked;
  const at = { queryId, fileName: file.url };
  const notParquet = (reason: string): LoadFailure => scanError(15001, `File '${httpUrl(file)}' has an invalid version number. ${reason}`, at);
  let parquet: ParquetFile;
  try {
    parquet = await readParquetFile(path);
  } catch (error) {
    throw notParquet((error as Error).message);
  }
  const missing = columns.length - parquet.columns.length;
  if (missing < 0 || (missing > 0 && !copy.fillRecord)) {
    throw scanError(15007, `Unmatched number of columns between table and file. Table columns: ${columns.length}, Data columns: ${parquet.columns.length}, File name: ${httpUrl(file)}`, at);
  }
  for (const [index, element] of parquet.columns.entries()) {
    const column = columns[index]!;
    const misfit = misfitOf(element, index, column, copy.serializeToJson);
    if (misfit === undefined) continue;
    const details = { ...at, column: column.name, ...typeLength(column) };
    const place = `${file.url}.${element.name}`;
    if (misfit.kind === 'super') throw new LoadFailure(misfit.text, { errorCode: 1000, context: misfit.text, ...details });
    if (misfit.kind === 'nested') throw new LoadFailure('Assert', { errorCode: 1000, context: misfit.text, ...details });
    if (misfit.kind === 'length') throw scanError(15001, `File '${httpUrl(file)}' ${misfit.text}`, details);
    if (misfit.kind === 'decimal') throw scanError(15001, `File '${httpUrl(file)}' column '${place}' ${misfit.text}`, details);
    throw scanError(15001, `File '${httpUrl(file)}' has an incompatible Parquet schema for column '${place}'. ${misfit.text}`, details);
  }
  const reason = await unreadablePages(path, parquet.metadata).catch((error: Error) => error.message);
  if (reason !== undefined) throw notParquet(reason);
  return parquet;
}

/** Checks the values of a file against the target's limits. */
export function checkValues(checked: CheckedFile, facts: FileFacts, columns: readonly TargetColumn[], maxRowBytes: number): void {
  const { file, queryId } = checked;
  for (const [index, column] of columns.entries()) {
    const { nulls, longest, hasNul, hasMultibyte, overflows } = facts.columns[index]!;
    const at = { queryId, fileName: file.url, column: column.name, ...typeLength(column) };
    if (nulls > 0 && column.notNull && column.defaultText === null) throw new LoadFailure(`Cannot insert a NULL value into column ${column.name}`, { errorCode: 1213, context: `Cannot insert a NULL value into column ${column.name}`, ...at });
    if (column.family === 'super' && longest > MAX_STRING_BYTES) throw scanError(1224, `String value exceeds the max size of ${MAX_STRING_BYTES} bytes`, at);
    if (column.length !== undefined && column.family !== 'decimal' && longest > column.length) {
      throw scanError(15007, `The length of the data column ${column.name} is longer than the length defined in the table. Table: ${column.length}, Data: ${longest}, File name: ${httpUrl(file)}`, at);
    }
    if (hasMultibyte) throw scanError(1220, 'Multibyte character not supported for CHAR (Hint: Try using VARCHAR). Invalid char: (multibyte)', at);
    if (overflows) throw scanError(1204, overflowText(column), at);
    if (hasNul) throw scanError(1218, `Missing newline: NUL byte (0x00) in data of column ${column.name}`, at);
  }
  if (facts.widestRow > maxRowBytes) throw scanError(15001, `Row size ${facts.widestRow} exceeds the maximum of ${maxRowBytes} bytes`, { queryId, fileName: file.url });
}

/** Puts a failure of the Parquet reader into Redshift's words. */
export function readerFailure(checked: CheckedFile, error: Error): LoadFailure {
  const at = { queryId: checked.queryId, fileName: checked.file.url };
  if (/Invalid string encoding|convert blob to UTF8|not valid UTF8|Invalid unicode/i.test(error.message)) {
    const hex = /[0-9a-fA-F]{2}( [0-9a-fA-F]{2})+/.exec(error.message)?.[0] ?? 'unknown';
    return scanError(1220, `String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: ${hex} (error 4)`, at);
  }
  return scanError(15001, `File '${httpUrl(checked.file)}' cannot be read: ${error.message.split('\n')[0]}`, at);
}
