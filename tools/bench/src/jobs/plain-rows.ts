import type { WriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import parquet from '@dsnp/parquetjs';
import mysql, { type Connection } from 'mysql2';
import type { BenchTable } from '../tables/bench-table.ts';
import type { SourceAddress } from './job.ts';

/** A row as mysql2 makes it by default; decimals as numbers, because `appendRow` takes no others. */
export type PlainRow = Record<string, unknown>;

export function openPlainConnection({ host, port, database, username, password }: SourceAddress): Connection {
  return mysql.createConnection({ host, port, database, user: username, password, charset: 'utf8mb4', decimalNumbers: true, timezone: 'Z' });
}

export function selectSql(table: BenchTable, rows: number): string {
  return `SELECT * FROM \`${table.name}\` LIMIT ${rows}`;
}

/** A writer of @dsnp/parquetjs as its documentation opens one, over a stream that counts bytes and keeps none. */
export async function openRowWriter(table: BenchTable): Promise<{ readonly writer: parquet.ParquetWriter; readonly writtenBytes: () => number }> {
  const schema = new parquet.ParquetSchema(
    Object.fromEntries(
      table.columns.map(({ name, plain }) => {
        const type = typeof plain === 'string' ? { type: plain } : { type: 'DECIMAL' as const, ...plain };
        return [name, { ...type, optional: true, compression: 'SNAPPY' as const }];
      }),
    ),
  );
  let writtenBytes = 0;
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      writtenBytes += chunk.length;
      done();
    },
  });
  // Its type asks for a file; any stream will do.
  const writer = await parquet.ParquetWriter.openStream(schema, stream as unknown as WriteStream);
  return { writer, writtenBytes: () => writtenBytes };
}
