import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

let instance: Promise<DuckDBInstance> | undefined;

/**
 * A connection to the process's one DuckDB, which reads Parquet on one thread with bounded memory.
 * Its cache would give the contents of an earlier file of the same length that stood under the same path.
 */
export async function openParquetReader(): Promise<DuckDBConnection> {
  instance ??= DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB', preserve_insertion_order: 'true', enable_external_file_cache: 'false' });
  return (await instance).connect();
}
