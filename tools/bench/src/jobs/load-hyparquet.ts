import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, type DecodedArray } from 'hyparquet';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { parquetWriteFile } from 'hyparquet-writer';
import type { LoadedRows } from './file-writer.ts';

/** hyparquet-writer: one array of JavaScript values per column; timestamps as bigint, so that microseconds stay. */
export async function loadHyparquet(sample: string): Promise<LoadedRows> {
  const file = await asyncBufferFromFile(sample);
  const metadata = await parquetMetadataAsync(file);
  const columns = new Map<string, unknown[]>();
  await parquetRead({
    file,
    metadata,
    parsers: { ...DEFAULT_PARSERS, timestampFromMicroseconds: (micros: bigint) => micros },
    onChunk: ({ columnName, columnData }) => {
      const values = columns.get(columnName) ?? [];
      if (values.length === 0) columns.set(columnName, values);
      for (const value of columnData) values.push(value);
    },
  });
  // Chunks come in the order in which they are ready; the writer takes columns in the order of the schema.
  const columnData = metadata.schema.slice(1).map(({ name }) => ({ name, data: columns.get(name)! as DecodedArray }));
  return { writeTo: (filename) => Promise.resolve(parquetWriteFile({ filename, columnData, schema: metadata.schema, codec: 'SNAPPY' })) };
}
