import type { MysqlSession } from '@tidemark/local-stack';
import type { Connection } from 'mysql2';

type TextRow = readonly (string | null)[];

/** Rows on their way. */
export interface RowReading {
  /** The number of rows, once all have come; rejects with the server's error, or when the connection ends before the last row. */
  readonly rowCount: Promise<number>;
  /** Stops and continues; rows that have arrived already still come. */
  pause(): void;
  resume(): void;
}

/** Streams the rows of a SELECT, every value as the server's own text. */
export function readSourceRows(session: MysqlSession, sql: string, onRow: (values: TextRow) => void): RowReading {
  // The promise interface gathers all rows; the one below it sends them as they come.
  const { connection } = session.connection as unknown as { connection: Connection };
  const rowCount = new Promise<number>((resolve, reject) => {
    let count = 0;
    const onLost = (): void => reject(new Error('the connection to MySQL ended before the last row'));
    connection.once('end', onLost);
    connection.once('error', reject);
    connection
      .query({ sql, rowsAsArray: true })
      .on('result', (values: unknown) => {
        count += 1;
        onRow(values as TextRow);
      })
      .on('error', reject)
      .on('end', () => {
        connection.off('end', onLost);
        connection.off('error', reject);
        resolve(count);
      });
  });
  return { rowCount, pause: () => connection.pause(), resume: () => connection.resume() };
}
