import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { openMysqlConnection } from '@tidemark/connections';
import { Secret, silentLogger } from '@tidemark/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../../test/row-packets.ts';
import { scriptedServer, type ScriptedServer, type ServerWire } from '../../test/scripted-server.ts';
import { queryOver, staged } from '../../test/staged-columns.ts';
import { vectorValues } from '../../test/vector-values.ts';
import type { MysqlConnection } from '../ports.ts';
import { ReadStream } from './read-stream.ts';

const COLUMNS = [staged('utf8', { source: 'a', maxBytes: 100_000_000 }), staged('utf8', { source: 'b', maxBytes: 100_000_000 })];

interface Read {
  readonly rows: Cell[][];
  readonly failure: { readonly code: string } | null;
}

type Connect = (server: ScriptedServer) => Promise<MysqlConnection>;

const CONNECTIONS: readonly (readonly [string, Connect])[] = [
  ['memory of its own per chunk', (server) => server.connect()],
  ['lent memory', ({ port }) => openMysqlConnection({ name: 'S', host: '127.0.0.1', port, database: 'shop', username: 'u', password: new Secret(''), tls: { mode: 'disabled', caFile: null } })],
];

/** What is read when the answer's bytes are written in pieces of these lengths, over and over. */
async function readInPieces(connect: Connect, answer: (wire: ServerWire) => void, pieces: readonly number[], maxBatchRows: number): Promise<Read> {
  await using server = await scriptedServer((wire) => {
    const sent: Uint8Array[] = [];
    const { socket } = wire;
    Object.defineProperty(wire, 'socket', { value: { write: (bytes: Uint8Array) => sent.push(bytes) } });
    answer(wire);
    const all = Buffer.concat(sent);
    const send = async (): Promise<void> => {
      for (let at = 0, turns = 0; at < all.length && !socket.destroyed; turns++) {
        const length = pieces[turns % pieces.length]!;
        if (!socket.write(all.subarray(at, at + length))) await once(socket, 'drain');
        at += length;
        await turn();
      }
    };
    send().catch(() => undefined);
  });
  const connection = await connect(server);
  const stream = new ReadStream(connection, queryOver(COLUMNS, { sql: 'select the rows' }), { limits: { maxBatchRows, maxBatchBytes: 1e9, maxRowBytes: 1e9 }, progressTimeoutMs: 60_000, kill: () => Promise.resolve(), logger: silentLogger, hashKey: null });
  const rows: Cell[][] = [];
  try {
    for (let batch = await stream.next(); batch !== null; batch = await stream.next()) {
      const columns = batch.batch.columns.map((vector, index) => vectorValues(vector, COLUMNS[index]!) as Cell[]);
      for (let row = 0; row < batch.batch.rowCount; row++) rows.push(columns.map((column) => column[row]!));
      batch.batch.release!();
    }
    return { rows, failure: null };
  } catch (error) {
    return { rows, failure: error as { code: string } };
  } finally {
    await stream.close();
  }
}

const answerOf = (rows: readonly Cell[][], end: (wire: ServerWire) => void) => (wire: ServerWire): void => {
  wire.columns('a', 'b');
  for (const row of rows) wire.row(...row);
  end(wire);
};

const cell = fc.oneof(
  fc.constant(null), fc.constant(''), fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
  fc.constantFrom(250, 251, 252, 255, 256, 257, 300).map((length) => 'é'.repeat(length >> 1) + 'x'.repeat(length & 1)), fc.constantFrom(65_535, 65_536).map((length) => 'y'.repeat(length)),
);
const rowsMade = fc.array(fc.tuple(cell, cell).map(([a, b]): Cell[] => [a, b]), { minLength: 1, maxLength: 40 });
const pieces = fc.array(fc.oneof(fc.integer({ min: 200, max: 70_000 }), fc.constant(1_000_000)), { minLength: 1, maxLength: 6 });

describe.each(CONNECTIONS)('%s', (_name, connect) => {
  test('I5: rows are the same wherever the chunks of the socket end', async () => {
    await fc.assert(fc.asyncProperty(rowsMade, pieces, fc.integer({ min: 1, max: 45 }), async (rows, lengths, maxBatchRows) => {
      expect(await readInPieces(connect, answerOf(rows, (wire) => wire.eof()), lengths, maxBatchRows)).toEqual({ rows, failure: null });
    }), { numRuns: 60 });
  });

  test('I5: single bytes, and two or three, make whole rows', async () => {
    const rows: Cell[][] = [['', null], ['é€😀', 'x'.repeat(250)], [null, null], ['z'.repeat(251), ''], ['last', 'é']];
    for (const lengths of [[1], [2], [3], [1, 4, 2]]) expect(await readInPieces(connect, answerOf(rows, (wire) => wire.eof()), lengths, 2)).toEqual({ rows, failure: null });
  });

  test('I5: short rows around one of more than 16 MB, whose first length has eight bytes', async () => {
    const long = 'w'.repeat(0xffffff + 7);
    const rows: Cell[][] = [['a', '1'], [long, '2'], ['b', long.slice(20)], ['c', null]];
    const read = await readInPieces(connect, answerOf(rows, (wire) => wire.eof()), [50_000, 1_000_000], 10);
    expect(read.failure).toBeNull();
    expect(read.rows.map(([a, b]) => [a!.length, b?.length ?? null])).toEqual(rows.map(([a, b]) => [a!.length, b?.length ?? null]));
    expect(read.rows.every(([a, b], index) => a === rows[index]![0] && b === rows[index]![1])).toBe(true);
  });

  test('I9: an error amid the rows of a chunk fails the reading, and no row behind it is told of', async () => {
    const rows: Cell[][] = Array.from({ length: 25 }, (_unused, index) => [String(index), null]);
    for (const lengths of [[1_000_000], [100], [7]]) {
      const { rows: read, failure } = await readInPieces(connect, answerOf(rows, (wire) => {
        wire.error(1317, 'Query execution was interrupted');
        wire.row('behind', 'it');
        wire.eof();
      }), lengths, 10);
      expect(failure).toMatchObject({ code: 'SOURCE_QUERY_KILLED' });
      expect(read).toEqual(rows.slice(0, read.length));
    }
  });

  test('I6: a flawed row fails the reading wherever it lies in its chunk', async () => {
    for (const flawed of [0, 1, 12, 24]) for (const lengths of [[1_000_000], [61]]) {
      const rows: Cell[][] = Array.from({ length: 25 }, (_unused, index) => [index === flawed ? Buffer.from([0x61, 0xc3]) : String(index), index === flawed + 1 ? 'x' : 'é']);
      const { rows: read, failure } = await readInPieces(connect, answerOf(rows, (wire) => wire.eof()), lengths, 10);
      expect(failure).toMatchObject({ code: 'DATA_INVALID_UTF8' });
      expect(read.length).toBeLessThanOrEqual(flawed);
      expect(read).toEqual(rows.slice(0, read.length));
    }
  });

  test('I5: rows by the hundred thousand, of a reader that lets batches wait', async () => {
    const rows: Cell[][] = Array.from({ length: 150_000 }, (_unused, index) => [String(index), index % 7 === 0 ? null : `é${index * 977}`.repeat(1 + (index % 5))]);
    expect(await readInPieces(connect, answerOf(rows, (wire) => wire.eof()), [1_000_000, 3, 70_000], 1000)).toEqual({ rows, failure: null });
  });
});
