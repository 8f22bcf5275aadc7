import type { ColumnBatch, StagedColumn } from '@tidemark/domain';
import { createMemoryStore } from '@tidemark/s3-store/testing';
import { expect, test } from 'vitest';
import { openParts } from './open-parts.ts';

const ID: StagedColumn = {
  name: 'id', source: 'id', sourceType: 'bigint(20)', select: '`id`', decode: 'int64', parquet: { physical: 'INT64', logical: 'INT64' }, redshift: { name: 'BIGINT' }, policies: {},
};

function batch(...ids: readonly bigint[]): ColumnBatch {
  return { rowCount: ids.length, byteLength: 8 * ids.length, columns: [{ bytes: new Uint8Array(BigInt64Array.from(ids).buffer), valueCount: ids.length, defined: new Uint8Array(ids.length).fill(1) }], lastCursor: [] };
}

test('parts are the same in a thread and without one, have no more rows than asked for, and are in the store', async () => {
  const store = createMemoryStore();
  await using ports = openParts(store);
  const write = async (name: string, inThread: boolean): Promise<{ readonly given: number; readonly parts: readonly unknown[] }> => {
    const writer = ports.open({ columns: [ID], keyOf: (part) => `${name}-${part}`, targetFileBytes: 1 << 20, maxFileRows: 2, inThread, compression: 'snappy' });
    const rows = batch(1n, 2n, 3n, 4n, 5n);
    await writer.write(rows);
    const parts = await writer.finish();
    return { given: rows.columns[0]!.bytes.length, parts: parts.map(({ rows: count, sha256, bytes }) => ({ count, sha256, bytes })) };
  };
  const here = await write('here', false);
  const there = await write('there', true);
  expect(there.parts).toEqual(here.parts);
  expect(here.parts).toHaveLength(3);
  expect(store.keys()).toEqual(['here-0', 'here-1', 'here-2', 'there-0', 'there-1', 'there-2']);
  // Only a thread takes the memory away.
  expect([here.given, there.given]).toEqual([40, 0]);
});
