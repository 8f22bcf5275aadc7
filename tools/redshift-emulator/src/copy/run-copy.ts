import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { BackendError } from '../wire/backend-connection.ts';
import { noticeResponse } from '../wire/messages.ts';
import { quoteLiteral, quoteName, quoteTable } from '../sql/identifiers.ts';
import type { Statement } from '../sql/statement.ts';
import type { SessionContext } from '../session/session-context.ts';
import { cleanText } from './clean-text.ts';
import { checkSchema, checkValues, readerFailure } from './check-file.ts';
import { LoadFailure } from './load-failure.ts';
import { fetchSourceFile, sourceFiles, type SourceFile } from './manifest.ts';
import { openParquetReader } from './parquet-reader.ts';
import { fileTypes, fileFacts, writeRowText } from './row-text.ts';
import type { S3Reader } from './s3-reader.ts';
import { loadedColumns, readTargetTable, type TargetColumn } from './target-table.ts';

const CHUNK_BYTES = 1 << 18;

interface Load {
  readonly session: SessionContext;
  readonly statement: Statement;
  readonly queryId: number;
  readonly columns: readonly TargetColumn[];
  readonly reader: S3Reader;
  readonly parquet: DuckDBConnection;
  readonly folder: string;
  /** Files read, rows and bytes. */
  fileCount: number;
  rowCount: number;
  byteCount: number;
  readonly files: LoadedFile[];
}

/** A file that was read to its end. */
interface LoadedFile {
  readonly url: string;
  readonly byteCount: number;
  readonly rowCount: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** Checks one file and gives its rows in COPY text format. */
async function* fileRows(load: Load, file: SourceFile): AsyncGenerator<Buffer> {
  const { session, statement, columns, queryId, parquet, folder } = load;
  const path = join(folder, 'part.parquet');
  const textPath = join(folder, 'rows.txt');
  if (!(await fetchSourceFile(load.reader, file, path, queryId))) return;
  const startedAt = new Date();
  const checked = { file, queryId };
  const { columns: fileColumns, rowCount, metadata } = await checkSchema(checked, path, columns, statement.copy!);
  load.fileCount += 1;
  load.byteCount += file.byteLength;
  load.rowCount += rowCount;
  const noteFile = (): void => void load.files.push({ url: file.url, byteCount: file.byteLength, rowCount, startedAt, endedAt: new Date() });
  if (rowCount === 0) return noteFile();
  const present = columns.slice(0, fileColumns.length);
  try {
    const { acceptInvalidChars } = statement.copy!;
    const cleaned = acceptInvalidChars === undefined ? null : await cleanText(path, metadata, present, acceptInvalidChars, join(folder, 'texts.json'));
    const rows = { path, count: present.length, cleaned };
    const types = (await fileTypes(parquet, path)).map((type, index) => (cleaned?.indexes.includes(index) === true ? 'VARCHAR' : type));
    checkValues(checked, await fileFacts(parquet, rows, present, types), present, session.shared.maxRowBytes);
    await writeRowText(parquet, rows, present, types, columns.slice(present.length), textPath);
  } catch (error) {
    throw error instanceof LoadFailure ? error : readerFailure(checked, error as Error);
  }
  yield* createReadStream(textPath, { highWaterMark: CHUNK_BYTES });
  noteFile();
}

/** All files' rows. Part of the first rows goes out before hooks are asked what happens inside the COPY. */
async function* allRows(load: Load, files: readonly SourceFile[]): AsyncGenerator<Buffer> {
  let asked = false;
  for (const file of files) {
    for await (const chunk of fileRows(load, file)) {
      if (asked) {
        yield chunk;
        continue;
      }
      asked = true;
      const half = Math.ceil(chunk.length / 2);
      yield chunk.subarray(0, half);
      await load.session.ask(load.statement, 'during');
      if (half < chunk.length) yield chunk.subarray(half);
    }
  }
  if (load.fileCount === 0) throw new LoadFailure('Manifest: no file was found', { errorCode: 8001, context: 'No valid file of the manifest exists', queryId: load.queryId, location: 's3_utility.cpp:353' });
  if (!asked) await load.session.ask(load.statement, 'during');
}

const columnList = (columns: readonly TargetColumn[]): string => columns.map((column) => quoteName(column.name)).join(', ');

/**
 * Runs COPY … FORMAT PARQUET inside the session's transaction; gives the command tag. Rows of a COPY that fails are gone
 * with the transaction.
 *
 * @throws LoadFailure bad files or values; the system views show the whole text
 */
export async function runCopy(session: SessionContext, statement: Statement, queryId: number): Promise<string> {
  const copy = statement.copy!;
  const table = await readTargetTable(session.backend, copy);
  const columns = loadedColumns(table, copy);
  const reader = session.shared.sources.reader(copy.authorization);
  const startedAt = new Date();
  const folder = await mkdtemp(join(tmpdir(), 'redshift-copy-'));
  const parquet = await openParquetReader();
  const load: Load = { session, statement, queryId, columns, reader, parquet, folder, fileCount: 0, rowCount: 0, byteCount: 0, files: [] };
  try {
    const files = await sourceFiles(copy, reader, queryId);
    const result = await session.backend.copyIn(`COPY ${quoteTable(copy.table)} (${columnList(columns)}) FROM STDIN`, allRows(load, files));
    if (result.error !== undefined) throw new BackendError(result.error);
  } catch (error) {
    if (error instanceof LoadFailure) await recordFailure(session, error, statement, table.oid, startedAt);
    throw error;
  } finally {
    parquet.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
  await session.backend.rows(`SET redshift_emulator.last_copy_count = '${load.rowCount}'; SET redshift_emulator.last_copy_id = '${queryId}'; SET redshift_emulator.last_query_id = '${queryId}'`);
  await recordSuccess(load, startedAt);
  session.send(noticeResponse('INFO', `Load into table '${copy.table.name}' completed, ${load.rowCount} record(s) loaded successfully.`));
  return 'COPY';
}

/** After a failed COPY: no rows counted; the id is that of the query once the load had begun. */
export async function noteFailedCopy(session: SessionContext, error: unknown, queryId: number): Promise<void> {
  const id = error instanceof LoadFailure ? `; SET redshift_emulator.last_copy_id = '${queryId}'; SET redshift_emulator.last_query_id = '${queryId}'` : '';
  await session.backend.rows(`SET redshift_emulator.last_copy_count = '0'${id}`);
}

const timestampLiteral = (moment: Date): string => `'${moment.toISOString().replace('Z', '')}'`;

function who(session: SessionContext, queryId: number): string {
  const user = quoteLiteral(session.user);
  return `${user}, (SELECT oid::int FROM pg_roles WHERE rolname = ${user}), ${queryId}, 0, ${session.backend.processId}`;
}

async function recordSuccess(load: Load, startedAt: Date): Promise<void> {
  const { session, statement, queryId } = load;
  const times = `${timestampLiteral(startedAt)}, ${timestampLiteral(new Date())}`;
  await session.shared.admin(`INSERT INTO redshift_emulator.load_history VALUES (${who(session, queryId)}, 'completed', ${quoteLiteral(statement.copy!.table.name)}, ${times},
      ${quoteLiteral(statement.copy!.from)}, ${load.rowCount}, ${load.byteCount}, ${load.fileCount}, 0);
    ${load.files.map((file) => `INSERT INTO redshift_emulator.load_file VALUES (${who(session, queryId)}, ${quoteLiteral(statement.copy!.table.name)}, ${quoteLiteral(file.url)}, ${file.byteCount}, ${file.rowCount}, ${timestampLiteral(file.startedAt)}, ${timestampLiteral(file.endedAt)});`).join('\n    ')}
    INSERT INTO redshift_emulator.query_history VALUES (${who(session, queryId)}, 'COPY', 'success', ${times}, '', ${quoteLiteral(statement.logText)})`);
}

async function recordFailure(session: SessionContext, failure: LoadFailure, statement: Statement, tableId: number, startedAt: Date): Promise<void> {
  const { details } = failure;
  const times = `${timestampLiteral(startedAt)}, ${timestampLiteral(new Date())}`;
  const texts = [details.fileName, details.column, details.columnType, details.columnLength].map((text) => quoteLiteral(text ?? '')).join(', ');
  await session.shared.admin(`INSERT INTO redshift_emulator.load_history VALUES (${who(session, details.queryId)}, 'aborted', ${quoteLiteral(statement.copy!.table.name)}, ${times},
      ${quoteLiteral(statement.copy!.from)}, 0, 0, 0, 1);
    INSERT INTO redshift_emulator.load_error VALUES (${who(session, details.queryId)}, ${tableId}, ${timestampLiteral(startedAt)}, ${texts}, ${details.errorCode}, ${quoteLiteral(details.context)});
    INSERT INTO redshift_emulator.query_history VALUES (${who(session, details.queryId)}, 'COPY', 'failed', ${times}, ${quoteLiteral(`${failure.message}: ${details.context}`)}, ${quoteLiteral(statement.logText)})`);
}
