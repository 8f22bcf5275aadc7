import { DuckDBDataChunk, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { LoadedRows } from './file-writer.ts';

/** DuckDB: one array of DuckDB's value objects per column, which the appender takes in; COPY then writes the file. */
export async function loadDuckdb(sample: string): Promise<LoadedRows> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE rows AS FROM read_parquet('${sample}') LIMIT 0`);
  const result = await connection.run(`FROM read_parquet('${sample}')`);
  const types = result.columnTypes();
  const chunks: DuckDBValue[][][] = [];
  for (const chunk of await result.fetchAllChunks()) chunks.push(chunk.getColumns());
  return {
    writeTo: async (path) => {
      const appender = await connection.createAppender('rows');
      for (const columns of chunks) {
        const chunk = DuckDBDataChunk.create(types);
        chunk.setColumns(columns);
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      await connection.run(`COPY rows TO '${path}' (FORMAT parquet, COMPRESSION snappy)`);
    },
  };
}
