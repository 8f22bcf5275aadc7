import { translateError } from '../driver/translate-error.ts';
import { ExtractorError } from '../errors.ts';
import type { MysqlConnection } from '../ports.ts';

/** A row by column name; every value is the server's text. */
export type TextRow = Readonly<Record<string, string | null>>;

/**
 * Runs a small query and gives its rows as text; none for a statement without a result.
 * @param doing what it is for, for messages
 * @param timeoutMs longest wait for the answer; the connection is of no use after it
 * @throws ExtractorError for an error of the server, a lost connection or no answer
 */
export function queryText(connection: MysqlConnection, sql: string, doing: string, timeoutMs: number): Promise<readonly TextRow[]> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      connection.off('error', onError);
    };
    const onError = (error: unknown): void => {
      end();
      reject(translateError(error, doing));
    };
    const timer = setTimeout(() => {
      end();
      reject(new ExtractorError('SOURCE_TIMEOUT', { message: `The server gave no answer for ${timeoutMs} ms while ${doing}.`, details: { timeoutMs } }));
    }, timeoutMs);
    connection.on('error', onError);
    connection.query({ sql, rowsAsArray: false, typeCast: (field) => field.string('utf8') }, (error, rows) => {
      if (error !== null) return onError(error);
      end();
      resolve(Array.isArray(rows) ? (rows as TextRow[]) : []);
    });
  });
}
