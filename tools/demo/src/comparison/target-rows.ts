import type { PostgresSession } from '@tidemark/local-stack';
import { Query, type QueryArrayConfig } from 'pg';

type TextRow = readonly (string | null)[];

/**
 * Streams the rows of a SELECT, every value as the server's own text.
 *
 * @returns the number of rows
 * @throws the server's error; a connection that ends before the last row is one
 */
export function readTargetRows(session: PostgresSession, sql: string, onRow: (values: TextRow) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    const rowsAsArrays: QueryArrayConfig = { text: sql, rowMode: 'array' };
    const query = new Query(rowsAsArrays);
    query.on('row', (values: TextRow) => {
      count += 1;
      onRow(values);
    });
    query.on('error', reject);
    query.on('end', () => resolve(count));
    session.client.query(query);
  });
}
