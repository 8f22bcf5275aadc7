import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { rowPacket } from '../../test/row-packets.ts';
import { scriptedServer, type Script } from '../../test/scripted-server.ts';
import { cutConnection, driverQueryClass, sendCommand, type DriverPacket, type NextStep } from './driver-parts.ts';

/*
 * What this library takes from mysql2 without being promised it. When one of these fails after an upgrade,
 * its name says what changed; src/driver is the only folder that knows.
 */

const { version } = createRequire(import.meta.url)('mysql2/package.json') as { version: string };
const pinned = (createRequire(import.meta.url)('../../package.json') as { dependencies: Record<string, string> }).dependencies.mysql2;

interface Seen {
  readonly events: string[];
  readonly rows: string[];
  readonly buffers: Buffer[];
}

/** Runs one query through a subclass that notes what happens. */
async function observe(script: Script, onRow: (pause: () => void, resume: () => void, count: number) => void = () => undefined): Promise<Seen> {
  await using server = await scriptedServer(script);
  const connection = await server.connect();
  const seen: Seen = { events: [], rows: [], buffers: [] };
  const settled = new Promise<void>((resolve) => {
    class Observed extends driverQueryClass() {
      override row(packet: DriverPacket): NextStep {
        if (packet.buffer[packet.offset] === 0xfe && packet.end - packet.offset < 9) return null;
        seen.rows.push(packet.buffer.toString('latin1', packet.offset, packet.end));
        seen.buffers.push(packet.buffer);
        onRow(() => connection.pause(), () => connection.resume(), seen.rows.length);
        return this.row;
      }
    }
    const query = new Observed({ sql: 'select' });
    query.on('fields', (fields) => seen.events.push(`fields ${fields?.map(({ name, orgName, orgTable, schema, columnType, characterSet, encoding }) => [name, orgName, orgTable, schema, columnType, characterSet, encoding].join('/')).join()}`));
    query.on('error', (error) => seen.events.push(`error ${error.message}`));
    query.on('end', () => {
      seen.events.push('end');
      resolve();
    });
    connection.on('error', (error: Error & { code?: string }) => {
      seen.events.push(`connection error ${error.code}`);
      setTimeout(resolve, 50);
    });
    connection.on('warn', () => seen.events.push('connection warn'));
    connection.on('end', () => seen.events.push('connection end'));
    sendCommand(connection, query);
  });
  await settled;
  cutConnection(connection);
  return seen;
}

describe(`mysql2 ${version}`, () => {
  test('is the version that package.json pins', () => {
    expect(version).toBe(pinned);
  });

  test('a subclass of Query gets fields, then each row packet by offset and end, then its null ends the command', async () => {
    const seen = await observe((wire) => {
      wire.columns('a', 'b');
      wire.row('1', null);
      wire.row('22', 'x');
      wire.eof();
    });
    expect(seen.events).toEqual(['fields a/a/t/shop/253/45/utf8,b/b/t/shop/253/45/utf8', 'end']);
    expect(seen.rows).toEqual(['\u00011\u00fb', '\u000222\u0001x']);
  });

  test('the memory of a row packet is not used again', async () => {
    const { rows, buffers } = await observe((wire) => {
      wire.columns('a');
      for (let index = 0; index < 20_000; index++) wire.row(String(index).padStart(10, '0'));
      wire.eof();
    });
    expect(rows).toHaveLength(20_000);
    for (const [index, buffer] of buffers.entries()) if (!buffer.includes(rows[index]!, 0, 'latin1')) throw new Error(`row ${index} was written over`);
  });

  test('a row of more than 16 MB arrives as one packet, also when its length is a multiple of a packet', async () => {
    for (const length of [0xffffff - 4, 0xffffff - 3, 2 * 0xffffff - 9, 40_000_000]) {
      const { rows, events } = await observe((wire) => {
        wire.columns('a');
        wire.row('a'.repeat(length));
        wire.row('after');
        wire.eof();
      });
      expect(rows[0] === rowPacket(['a'.repeat(length)]).toString('latin1'), `${length} bytes`).toBe(true);
      expect([rows[1], events.at(-1)]).toEqual(['\u0005after', 'end']);
    }
  });

  test('pause stops rows at once, resume goes on with the next', async () => {
    let isPaused = false;
    let pauses = 0;
    const { rows } = await observe(
      (wire) => {
        wire.columns('a');
        for (let index = 0; index < 1000; index++) wire.row(String(index));
        wire.eof();
      },
      (pause, resume, count) => {
        if (isPaused) throw new Error('a row came during the pause');
        if (count % 100 !== 0) return;
        pauses += 1;
        isPaused = true;
        pause();
        setTimeout(() => {
          isPaused = false;
          resume();
        }, 5);
      },
    );
    expect(rows).toEqual(Array.from({ length: 1000 }, (_unused, index) => `${String.fromCharCode(String(index).length)}${index}`));
    expect(pauses).toBe(10);
  });

  test('an error packet amid rows gives error, then end', async () => {
    const { events } = await observe((wire) => {
      wire.columns('a');
      wire.row('1');
      wire.error(1317, 'Query execution was interrupted');
    });
    expect(events.slice(1)).toEqual(['error Query execution was interrupted', 'end']);
  });

  test('a connection that closes amid rows gives an error on the connection and no end on the query', async () => {
    const { events } = await observe((wire) => {
      wire.columns('a');
      wire.row('1');
      wire.socket.end();
    });
    expect(events.slice(1)).toEqual(['connection end', 'connection error PROTOCOL_CONNECTION_LOST']);
  });

  test('a packet with a wrong number gives warn, and the rows go on', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { events, rows } = await observe((wire) => {
      wire.columns('a');
      wire.row('1');
      wire.startAt(77);
      wire.row('2');
      wire.eof();
    });
    complaint.mockRestore();
    expect(events).toContain('connection warn');
    expect(rows).toHaveLength(2);
  });

  test('the number that the next packet must have can be set, as if packets before it had come', async () => {
    await using server = await scriptedServer((wire) => {
      wire.columns('a');
      wire.row('1');
      wire.startAt(77);
      wire.row('2');
      wire.eof();
    });
    const connection = await server.connect();
    const warnings: unknown[] = [];
    connection.on('warn', (warning: unknown) => void warnings.push(warning));
    let rows = 0;
    class Skipping extends driverQueryClass() {
      override row(packet: DriverPacket): NextStep {
        if (packet.buffer[packet.offset] === 0xfe) return null;
        if (++rows === 1) (connection as unknown as { sequenceId: number }).sequenceId = 77;
        return this.row;
      }
    }
    const query = new Skipping({ sql: 'select' });
    const ended = new Promise<void>((resolve) => void query.on('end', resolve));
    sendCommand(connection, query);
    await ended;
    expect({ rows, warnings }).toEqual({ rows: 2, warnings: [] });
    cutConnection(connection);
  });

  test('an answer without rows gives fields without a list, then end', async () => {
    expect((await observe((wire) => wire.ok())).events).toEqual(['fields undefined', 'end']);
  });

  test('a file request is not answered with a file', async () => {
    const { events } = await observe((wire) => {
      wire.send(Buffer.concat([Buffer.from([0xfb]), Buffer.from('/etc/hostname')]));
      wire.socket.once('data', () => undefined);
      wire.startAt(3);
      wire.ok();
    });
    expect(events.at(-1)).toBe('end');
    expect(events[0]).toMatch(/^error .*streamFactory/);
  });

  test('cutting a paused connection closes the socket', async () => {
    await using server = await scriptedServer((wire) => {
      wire.columns('a');
      for (let index = 0; index < 200; index++) wire.row('x'.repeat(100_000));
      wire.eof();
    });
    const connection = await server.connect();
    class Paused extends driverQueryClass() {
      override row(): NextStep {
        connection.pause();
        return this.row;
      }
    }
    sendCommand(connection, new Paused({ sql: 'select' }));
    await wait(100);
    expect(server.openSockets.size).toBe(1);
    cutConnection(connection);
    await vi.waitFor(() => expect(server.openSockets.size).toBe(0));
  });
});
