import { tableNamed } from '../tables/table-named.ts';
import type { Job, Measured, Surroundings } from './job.ts';
import { measure } from './measure.ts';
import { openPlainConnection, openRowWriter, selectSql, type PlainRow } from './plain-rows.ts';

/** The way that mysql2's and @dsnp/parquetjs's documentation show: a stream of objects, appended row by row. */
export async function plainNode(job: Job, { source }: Surroundings): Promise<Measured> {
  const table = tableNamed(job.table);
  return measure(async () => {
    const connection = openPlainConnection(source);
    const { writer, writtenBytes } = await openRowWriter(table);
    let rows = 0;
    for await (const row of connection.query(selectSql(table, job.rows)).stream()) {
      await writer.appendRow(row as PlainRow);
      rows += 1;
    }
    await writer.close();
    connection.end();
    return { rows, fileBytes: writtenBytes() };
  });
}
