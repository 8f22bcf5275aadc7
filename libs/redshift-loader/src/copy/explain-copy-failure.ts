import { LoaderError } from '../errors.ts';
import type { RedshiftSession, TargetTable } from '../ports.ts';
import type { Failure } from '../session/failure.ts';
import { plainText } from '../session/plain-text.ts';
import { quietly } from '../session/session-tools.ts';
import { loadErrorQueries } from '../sql/load-error-sql.ts';
import { namedInText } from './copy-failure-text.ts';
import { copyRemedy } from './copy-remedy.ts';

/** A COPY that the server refused. */
export interface FailedCopy {
  readonly target: TargetTable;
  readonly manifestUrl: string;
  readonly failure: Failure;
  /** Values that may appear in no text. */
  readonly secrets: readonly string[];
  /** When it was sent. */
  readonly startedAt: Date;
}

interface LoadErrorRow {
  readonly file: string | null;
  /** Null where the reader counts none: of Parquet it often gives 0. */
  readonly row: number | null;
  readonly column: string | null;
  readonly message: string;
}

/** Clocks differ by less than this. */
const CLOCK_SLACK_MS = 300_000;

const counted = (value: unknown): number | null => (Number(value) > 0 ? Number(value) : null);
const trimmed = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);

/** The first view that knows something; a cluster lacks some of them, and a user may lack the right to read them. */
async function readLoadErrors(session: RedshiftSession, startedAt: Date): Promise<readonly LoadErrorRow[]> {
  const sinceUtc = new Date(startedAt.getTime() - CLOCK_SLACK_MS).toISOString().slice(0, 19).replace('T', ' ');
  for (const { text, values } of loadErrorQueries(session.backendPid, sinceUtc)) {
    try {
      const { rows } = await session.query(text, values);
      if (rows.length > 0) return rows.map((row) => ({ file: trimmed(row.file_name), row: counted(row.line_number), column: trimmed(row.column_name), message: trimmed(row.message) ?? '' }));
    } catch {
      continue;
    }
  }
  return [];
}

/**
 * Rolls the transaction back and reads from Redshift's own logs what was wrong with the files.
 * @returns the error to throw: `LOADER_COPY_FAILED` with file, row, column and Redshift's full text where they are known, and what to do
 */
export async function explainCopyFailure(session: RedshiftSession, { target, manifestUrl, failure, secrets, startedAt }: FailedCopy): Promise<LoaderError> {
  const answer = plainText([failure.message, failure.detail].join(' '), secrets);
  await quietly(session.query('ROLLBACK'));
  const logged = await readLoadErrors(session, startedAt);
  const full = logged.map((row) => plainText(row.message, secrets)).filter((message) => message !== '').join(' | ');
  const named = namedInText(`${logged.map((row) => row.message).join(' ')} ${failure.detail}`);
  const file = logged.find((row) => row.file !== null)?.file ?? named.file;
  const column = logged.find((row) => row.column !== null)?.column ?? named.column;
  const row = logged.find((entry) => entry.row !== null)?.row ?? null;
  const remedy = copyRemedy(`${full} ${answer}`, column);
  const place = [column === null ? null : `column ${column}`, row === null ? null : `row ${row}`, file === null ? null : `file ${plainText(file, secrets)}`].filter((part) => part !== null).join(' of ');
  return new LoaderError('LOADER_COPY_FAILED', {
    message: `COPY for ${target.schema}.${target.table} failed${place === '' ? '' : ` at ${place}`}: ${full === '' ? answer : full}`,
    ...(remedy === undefined ? {} : { remedy }),
    details: { schema: target.schema, table: target.table, manifestUrl, file: file === null ? null : plainText(file, secrets), row, column, sqlState: failure.sqlState, answer, logged: full },
  });
}
