import type { MysqlSession } from '@tidemark/local-stack';

type TextRow = readonly (string | null)[];

/**
 * Streams the rows of a SELECT, every value as the server's own text.
 *
 * @returns the number of rows
 * @throws the server's error; a connection that ends before the last row is one
 */
export function readSourceRows(session: MysqlSession, sql: string, onRow: (values: TextRow) => void): Promise<number> {
  // The promise interface gathers all rows; the one below it sends them as they come.
  const { connection } = session.connection as unknown as { connection: import('mysql2').Connection };
  return new Promise((resolve, reject) => {
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
}
