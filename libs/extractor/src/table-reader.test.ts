import { setTimeout as wait } from 'node:timers/promises';
import { silentLogger, TidemarkError } from '@tidemark/domain';
import { describe, expect, test, vi } from 'vitest';
import { scriptedServer, type ScriptedServer, type ServerWire } from '../test/scripted-server.ts';
import { cursorColumn, queryOver, staged } from '../test/staged-columns.ts';
import type { SourceBatch } from './ports.ts';
import { TableReader } from './table-reader.ts';

const QUERY = queryOver([staged('utf8', { source: 'a', maxBytes: 1_000_000 })], { sql: 'select the rows' });
const LIMITS = { maxBatchRows: 10, maxBatchBytes: 1e9 };

const SETTINGS: Readonly<Record<string, string>> = {
  character_set_client: 'utf8mb4', character_set_connection: 'utf8mb4', character_set_results: 'utf8mb4', time_zone: '+00:00', sql_mode: 'NO_ENGINE_SUBSTITUTION',
  net_write_timeout: '3600', transaction_isolation: 'REPEATABLE-READ', transaction_read_only: 'ON',
};

/** Answers the session's questions, and the reading by a script. */
function answering(rows: (wire: ServerWire) => void, settings = SETTINGS): (wire: ServerWire, sql: string) => void {
  return (wire, sql) => {
    if (sql === QUERY.sql) return rows(wire);
    if (sql.startsWith('SET')) return wire.ok();
    if (sql.startsWith('SHOW')) {
      wire.columns('Variable_name', 'Value');
      for (const [name, value] of Object.entries(settings)) wire.row(name, value);
      return wire.eof();
    }
    wire.columns('id');
    wire.row('7');
    wire.eof();
  };
}

interface World extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly reader: TableReader;
  readonly killed: string[];
  readonly warnings: string[];
}

async function world(rows: (wire: ServerWire) => void, { progressTimeoutMs = 60_000, kill = () => Promise.resolve(), settings = SETTINGS } = {}): Promise<World> {
  const server = await scriptedServer(answering(rows, settings));
  const killed: string[] = [];
  const warnings: string[] = [];
  const reader = new TableReader(
    {
      openConnection: () => server.connect(),
      killQuery: (connectionId) => {
        killed.push(connectionId);
        return kill();
      },
    },
    { progressTimeoutMs, logger: { ...silentLogger, warn: (_fields, message) => warnings.push(message) } },
  );
  return { server, reader, killed, warnings, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function collect(reader: TableReader, signal = new AbortController().signal): Promise<SourceBatch[]> {
  const batches: SourceBatch[] = [];
  for await (const batch of reader.read(QUERY, LIMITS, signal)) batches.push(batch);
  return batches;
}

const someRows = (wire: ServerWire, count: number): void => {
  wire.columns('a');
  for (let index = 0; index < count; index++) wire.row(`row ${index}`);
};

describe('I9: a reading ends at the server\'s final EOF, or throws', () => {
  test('a whole result is read, and the connection closed', async () => {
    await using here = await world((wire) => {
      someRows(wire, 25);
      wire.eof();
    });
    expect((await collect(here.reader)).map(({ batch }) => batch.rowCount)).toEqual([10, 10, 5]);
    await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
    expect(here.killed).toEqual([]);
  });

  test('an empty result gives no batch', async () => {
    await using here = await world((wire) => {
      wire.columns('a');
      wire.eof();
    });
    expect(await collect(here.reader)).toEqual([]);
  });

  test('a result that ends with a full batch gives no empty one', async () => {
    await using here = await world((wire) => {
      someRows(wire, 20);
      wire.eof();
    });
    expect((await collect(here.reader)).map(({ batch }) => batch.rowCount)).toEqual([10, 10]);
  });

  const BROKEN: readonly (readonly [string, (wire: ServerWire) => void, string, boolean])[] = [
    ['the server closes the connection amid rows', (wire) => { someRows(wire, 25); wire.socket.end(); }, 'SOURCE_CONNECTION_LOST', false],
    ['the server resets the connection', (wire) => { someRows(wire, 25); setTimeout(() => wire.socket.resetAndDestroy(), 20); }, 'SOURCE_CONNECTION_LOST', false],
    ['the connection closes before the first row', (wire) => { wire.columns('a'); wire.socket.end(); }, 'SOURCE_CONNECTION_LOST', false],
    ['the connection closes within a row', (wire) => { someRows(wire, 25); wire.socket.end(wire.framed(Buffer.from('\u0005hello')).subarray(0, 6)); }, 'SOURCE_CONNECTION_LOST', false],
    ['KILL QUERY', (wire) => { someRows(wire, 25); wire.error(1317, 'Query execution was interrupted'); }, 'SOURCE_QUERY_KILLED', false],
    ['max_statement_time', (wire) => { someRows(wire, 25); wire.error(1969, 'Query execution was interrupted (max_statement_time exceeded)'); }, 'SOURCE_QUERY_KILLED', false],
    ['max_execution_time', (wire) => { wire.error(3024, 'maximum statement execution time exceeded'); }, 'SOURCE_QUERY_KILLED', false],
    ['KILL CONNECTION', (wire) => { someRows(wire, 25); wire.error(1927, 'Connection was killed'); wire.socket.end(); }, 'SOURCE_CONNECTION_LOST', false],
    ['a table that is gone', (wire) => { wire.error(1146, "Table 'shop.t' doesn't exist"); }, 'SOURCE_TABLE_MISSING', false],
    ['a column that is gone', (wire) => { wire.error(1054, "Unknown column 'a'"); }, 'SOURCE_SCHEMA_CHANGED', false],
    ['a missing grant', (wire) => { wire.error(1142, 'SELECT command denied'); }, 'SOURCE_ACCESS_DENIED', false],
    ['another error', (wire) => { wire.error(1064, 'You have an error in your SQL syntax'); }, 'SOURCE_QUERY_FAILED', false],
    ['a second result', (wire) => { someRows(wire, 5); wire.eof(2 | 8); }, 'SOURCE_PROTOCOL', true],
    ['an EOF packet of a wrong length', (wire) => { someRows(wire, 5); wire.send(Buffer.from([0xfe, 0, 0])); }, 'SOURCE_PROTOCOL', true],
    ['an EOF packet that is too long', (wire) => { someRows(wire, 5); wire.send(Buffer.from([0xfe, 0, 0, 2, 0, 0])); }, 'SOURCE_PROTOCOL', true],
    ['an answer without rows', (wire) => { wire.ok(); }, 'SOURCE_PROTOCOL', true],
    ['rows without the EOF after the columns', (wire) => { wire.send(Buffer.from([1])); wire.row('1'); wire.row('2'); }, 'SOURCE_PROTOCOL', true],
    ['a cell that is longer than its packet', (wire) => { someRows(wire, 5); wire.send(Buffer.from([200, 65])); }, 'SOURCE_PROTOCOL', true],
    ['a packet of no bytes', (wire) => { someRows(wire, 5); wire.send(Buffer.alloc(0)); wire.eof(); }, 'SOURCE_PROTOCOL', true],
    ['a row of two cells', (wire) => { someRows(wire, 5); wire.row('1', '2'); wire.eof(); }, 'SOURCE_PROTOCOL', true],
    ['another number of columns', (wire) => { wire.columns('a', 'b'); wire.eof(); }, 'SOURCE_SCHEMA_CHANGED', true],
    ['a value that does not fit', (wire) => { wire.columns('a'); wire.row('x'.repeat(1_000_001)); wire.eof(); }, 'DATA_OVERSIZE', true],
  ];

  test.each(BROKEN)('%s', async (_label, script, code, isKilled) => {
    const traces = vi.spyOn(console, 'trace').mockImplementation(() => undefined);
    await using here = await world(script);
    await expect(collect(here.reader)).rejects.toMatchObject({ code, name: 'ExtractorError' });
    expect(here.killed).toEqual(isKilled ? ['7'] : []);
    traces.mockRestore();
    await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
  });

  test('packets that are missing', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await using here = await world((wire) => {
      someRows(wire, 5);
      wire.startAt(99);
      wire.row('out of order');
      wire.eof();
    });
    await expect(collect(here.reader)).rejects.toMatchObject({ code: 'SOURCE_PROTOCOL', details: { found: 'packets out of order' } });
    complaint.mockRestore();
  });

  test('a lost connection may be tried again at once, a killed query later', async () => {
    await using lost = await world((wire) => wire.socket.end());
    await expect(collect(lost.reader)).rejects.toMatchObject({ retry: 'now' });
    await using killed = await world((wire) => wire.error(1317, 'interrupted'));
    await expect(collect(killed.reader)).rejects.toMatchObject({ retry: 'later' });
  });

  test('the query\'s text does not travel with an error', async () => {
    await using here = await world((wire) => wire.error(1064, 'syntax'));
    const error = await collect(here.reader).catch((caught: unknown) => caught as Error);
    expect(JSON.stringify(Object.getOwnPropertyDescriptors((error as Error).cause))).not.toContain(QUERY.sql);
  });
});

describe('a reading that is given up', () => {
  const endless = (wire: ServerWire): void => {
    someRows(wire, 25);
  };

  test('leaving the loop kills the query and closes the connection', async () => {
    await using here = await world(endless);
    for await (const { batch } of here.reader.read(QUERY, LIMITS, new AbortController().signal)) {
      expect(batch.rowCount).toBe(10);
      break;
    }
    expect(here.killed).toEqual(['7']);
    await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
  });

  /** Reads until no whole batch is there any more, then aborts; gives how the reading ended, and after how many milliseconds. */
  async function abortedAmidRows(reader: TableReader, reason?: unknown): Promise<{ readonly error: unknown; readonly afterMs: number }> {
    const controller = new AbortController();
    const reading = reader.read(QUERY, LIMITS, controller.signal);
    await reading.next();
    await reading.next();
    const third = reading.next().then(() => expect.unreachable(), (error: unknown) => error);
    await wait(20);
    const begun = performance.now();
    controller.abort(reason);
    return { error: await third, afterMs: performance.now() - begun };
  }

  test('an abort while waiting for rows rejects at once and kills the query', async () => {
    await using here = await world(endless);
    const { error, afterMs } = await abortedAmidRows(here.reader);
    expect(error).toMatchObject({ code: 'SOURCE_CANCELLED', exit: 130 });
    expect(afterMs).toBeLessThan(1000);
    expect(here.killed).toEqual(['7']);
    await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
  });

  test('an abort with an error of Tidemark passes that error on', async () => {
    await using here = await world(endless);
    const reason = new TidemarkError('LEASE_LOST', { kind: 'lease', exit: 21, retry: 'later', summary: '', remedy: [] }, { message: 'lost' });
    expect((await abortedAmidRows(here.reader, reason)).error).toBe(reason);
  });

  test('a signal that has aborted opens no connection', async () => {
    await using here = await world(endless);
    await expect(collect(here.reader, AbortSignal.abort())).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
    expect(here.server.openSockets.size).toBe(0);
  });

  test('an abort while the connection opens rejects at once; the connection is closed when it comes', async () => {
    await using here = await world(endless);
    const controller = new AbortController();
    let opened = 0;
    const reader = new TableReader(
      {
        openConnection: async () => {
          await wait(200);
          opened += 1;
          return here.server.connect();
        },
        killQuery: () => Promise.resolve(),
      },
      { progressTimeoutMs: 1000 },
    );
    setTimeout(() => controller.abort(), 20);
    const begun = performance.now();
    await expect(collect(reader, controller.signal)).rejects.toMatchObject({ code: 'SOURCE_CANCELLED' });
    expect(performance.now() - begun).toBeLessThan(150);
    await vi.waitFor(() => expect(opened).toBe(1));
    await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
  });

  test('a kill that fails is logged and keeps nothing back', async () => {
    await using here = await world(endless, { kill: () => Promise.reject(new Error('denied')) });
    const { error, afterMs } = await abortedAmidRows(here.reader);
    expect(error).toMatchObject({ code: 'SOURCE_CANCELLED' });
    expect(afterMs).toBeLessThan(1000);
    expect(here.warnings).toEqual(['query could not be killed']);
  });

  test('a kill that hangs is waited for two seconds', async () => {
    await using here = await world(endless, { kill: () => new Promise<void>(() => undefined) });
    const { error, afterMs } = await abortedAmidRows(here.reader);
    expect(error).toMatchObject({ code: 'SOURCE_CANCELLED' });
    expect(afterMs).toBeGreaterThan(1900);
    expect(afterMs).toBeLessThan(4000);
    expect(here.warnings).toEqual(['query not killed yet']);
  });
});

describe('the query timeout', () => {
  test('is time without a row, and kills the query', async () => {
    await using here = await world((wire) => someRows(wire, 25), { progressTimeoutMs: 200 });
    await expect(collect(here.reader)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', details: { rows: 25 } });
    expect(here.killed).toEqual(['7']);
  });

  test('includes the time to the first row', async () => {
    await using here = await world(() => undefined, { progressTimeoutMs: 200 });
    await expect(collect(here.reader)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT', details: { rows: 0 } });
  });

  test('does not count slow rows together', async () => {
    await using here = await world(
      (wire) => {
        wire.columns('a');
        let sent = 0;
        const timer = setInterval(() => {
          wire.row('slow');
          if (++sent < 8) return;
          clearInterval(timer);
          wire.eof();
        }, 100);
      },
      { progressTimeoutMs: 400 },
    );
    expect(await collect(here.reader)).toHaveLength(1);
  });

  test('does not count the time in which the reader is paused', async () => {
    await using here = await world(
      (wire) => {
        someRows(wire, 100);
        wire.eof();
      },
      { progressTimeoutMs: 200 },
    );
    let rows = 0;
    for await (const { batch } of here.reader.read(QUERY, LIMITS, new AbortController().signal)) {
      rows += batch.rowCount;
      if (rows === 10) await wait(600);
    }
    expect(rows).toBe(100);
  });

  test('does not count the time in which this process was busy', async () => {
    await using here = await world(
      (wire) => {
        wire.columns('a');
        wire.row('1');
        setTimeout(() => {
          wire.row('2');
          wire.eof();
        }, 100);
      },
      { progressTimeoutMs: 200 },
    );
    const reading = collect(here.reader);
    await wait(50);
    const until = performance.now() + 700;
    while (performance.now() < until);
    expect(await reading).toHaveLength(1);
  });

  test('must be greater than 0', () => {
    for (const progressTimeoutMs of [0, -1, Number.NaN]) expect(() => new TableReader({ openConnection: () => Promise.reject(new Error()), killQuery: () => Promise.resolve() }, { progressTimeoutMs })).toThrow(RangeError);
  });
});

test('back-pressure: no more than two batches are decoded ahead of the reader', async () => {
  await using here = await world((wire) => {
    wire.columns('a');
    for (let index = 0; index < 1000; index++) wire.row('x'.repeat(50_000));
    wire.eof();
  });
  const reading = here.reader.read(QUERY, { maxBatchRows: 2, maxBatchBytes: 1e9 }, new AbortController().signal);
  await reading.next();
  await wait(300);
  const [socket] = here.server.openSockets;
  const stalled = socket!.writableLength;
  expect(stalled).toBeGreaterThan(10_000_000);
  await wait(200);
  expect(socket!.writableLength).toBe(stalled);
  let rows = 2;
  for await (const { batch } of reading) rows += batch.rowCount;
  expect(rows).toBe(1000);
});

test('a session that was not taken is refused, setting by setting, before the query is sent', async () => {
  await using here = await world(() => undefined, { settings: { ...SETTINGS, time_zone: 'SYSTEM', character_set_results: 'latin1' } });
  await expect(collect(here.reader)).rejects.toMatchObject({
    code: 'SOURCE_SESSION',
    message: 'The session has other settings than were asked for: character_set_results is latin1 instead of utf8mb4; time_zone is SYSTEM instead of +00:00.',
  });
  await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
});

test.each(Object.keys(SETTINGS))('a session in which %s was not taken is refused', async (name) => {
  await using here = await world(() => undefined, { settings: { ...SETTINGS, [name]: 'another' } });
  await expect(collect(here.reader)).rejects.toMatchObject({ code: 'SOURCE_SESSION', details: { settings: [{ setting: name, found: 'another' }] } });
});

test('a query whose columns no decoder fills is refused without a leak', async () => {
  await using here = await world(() => undefined);
  const query = { ...QUERY, columns: [staged('int64', { parquet: { physical: 'FLOAT' } })] };
  const failing = (async () => {
    for await (const batch of here.reader.read(query, LIMITS, new AbortController().signal)) expect(batch).toBeUndefined();
  })();
  await expect(failing).rejects.toThrow(TypeError);
  await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
});

test('an error names the row by its cursor', async () => {
  await using here = await world((wire) => {
    wire.columns('a');
    wire.row('1');
    wire.row('1');
    wire.eof();
  });
  const query = { ...QUERY, cursor: [cursorColumn('a', 0, 'number')] };
  const reading = here.reader.read(query, LIMITS, new AbortController().signal);
  await expect(reading.next()).rejects.toMatchObject({ code: 'SOURCE_ORDER_VIOLATION', message: "shop.t.a in the row a = '1': the same cursor as the row before it, or the beginning of the range." });
});

test('a connection that cannot be opened', async () => {
  const reader = new TableReader({ openConnection: () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNRESET' })), killQuery: () => Promise.resolve() }, { progressTimeoutMs: 1000 });
  await expect(reader.clock()).rejects.toMatchObject({ code: 'SOURCE_CONNECTION_LOST' });
});

test('a probe that gets no answer is killed', async () => {
  await using here = await world(() => undefined, { progressTimeoutMs: 150 });
  await expect(here.reader.hasRows(QUERY.sql)).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
  expect(here.killed).toEqual(['7']);
  await vi.waitFor(() => expect(here.server.openSockets.size).toBe(0));
});
