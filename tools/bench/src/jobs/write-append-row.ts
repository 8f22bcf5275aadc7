import { tableNamed } from '../tables/table-named.ts';
import type { Job, Measured, Surroundings } from './job.ts';
import { measure } from './measure.ts';
import { openPlainConnection, openRowWriter, selectSql, type PlainRow } from './plain-rows.ts';

/** One file of objects, as mysql2 gives them, through `ParquetWriter.appendRow`. */
export async function writeAppendRow(job: Job, { source }: Surroundings): Promise<Measured> {
  const table = tableNamed(job.table);
  const connection = openPlainConnection(source);
  const [objects] = await connection.promise().query(selectSql(table, job.rows));
  connection.end();
  const rows = objects as PlainRow[];
  return measure(async () => {
    const { writer, writtenBytes } = await openRowWriter(table);
    for (const row of rows) await writer.appendRow(row);
    await writer.close();
    return { rows: rows.length, fileBytes: writtenBytes() };
  });
}
