import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import mysql from 'mysql2';
import type { MysqlConnection } from '../src/ports.ts';
import { rowPacket, type Cell } from './row-packets.ts';

/** What the server does with a query: it writes to the socket. */
export type Script = (wire: ServerWire, sql: string) => void;

/** The server's side of one connection: packets by hand, so that they can be wrong. */
export class ServerWire {
  readonly socket: Socket;
  #sequence = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** The number of the next packet. */
  startAt(sequence: number): void {
    this.#sequence = sequence;
  }

  send(payload: Uint8Array): void {
    this.socket.write(this.framed(payload));
  }

  /** Packets of at most 16 MB - 1; a payload of that length is followed by another packet. */
  framed(payload: Uint8Array): Buffer {
    const parts: Buffer[] = [];
    let rest = Buffer.from(payload);
    for (;;) {
      const part = rest.subarray(0, 0xffffff);
      parts.push(Buffer.from([part.length & 255, (part.length >> 8) & 255, part.length >> 16, this.#sequence & 255]), part);
      this.#sequence += 1;
      if (part.length < 0xffffff) return Buffer.concat(parts);
      rest = rest.subarray(0xffffff);
    }
  }

  /** Header and column definitions of VARCHAR columns in utf8mb4. */
  columns(...names: string[]): void {
    this.send(Buffer.from([names.length]));
    for (const name of names) {
      const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
      this.send(Buffer.concat([text('def'), text('shop'), text('t'), text('t'), text(name), text(name), Buffer.from([0x0c, 45, 0, 0xff, 0, 0, 0, 253, 0, 0, 0, 0, 0])]));
    }
    this.eof();
  }

  row(...cells: Cell[]): void {
    this.send(rowPacket(cells));
  }

  eof(status = 2): void {
    this.send(Buffer.from([0xfe, 0, 0, status & 255, status >> 8]));
  }

  ok(): void {
    this.send(Buffer.from([0, 0, 0, 2, 0, 0, 0]));
  }

  error(errno: number, message: string): void {
    this.send(Buffer.concat([Buffer.from([0xff, errno & 255, errno >> 8]), Buffer.from(`#HY000${message}`)]));
  }
}

export interface ScriptedServer extends AsyncDisposable {
  /** Opens a connection whose queries are answered by the script. */
  connect(): Promise<MysqlConnection>;
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Connections that the server still holds. */
  readonly openSockets: ReadonlySet<Socket>;
}

/** A server that lets everybody in and answers every query by a script. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const openSockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    openSockets.add(socket);
    socket.on('close', () => openSockets.delete(socket));
    socket.on('error', () => undefined);
    const wire = new ServerWire(socket);
    let isLoggedIn = false;
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readUIntLE(0, 3)) {
        const length = received.readUIntLE(0, 3);
        const payload = received.subarray(4, 4 + length);
        received = received.subarray(4 + length);
        if (!isLoggedIn) {
          isLoggedIn = true;
          wire.startAt(2);
          wire.ok();
        } else if (payload[0] === 1) {
          socket.end();
        } else {
          wire.startAt(1);
          script(wire, payload.toString('utf8', 1));
        }
      }
    });
    wire.send(greeting());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    openSockets,
    port,
    connect: () =>
      new Promise((resolve, reject) => {
        const connection = mysql.createConnection({ host: '127.0.0.1', port, user: 'u', password: '' });
        connection.connect((error) => (error === null ? resolve(connection) : reject(error)));
      }),
    [Symbol.asyncDispose]: async () => {
      for (const socket of openSockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Protocol 10, capabilities of the text protocol with EOF packets. */
function greeting(): Buffer {
  const capabilities = 0x0000_0001 | 0x0000_0008 | 0x0000_0200 | 0x0000_2000 | 0x0000_8000 | 0x0008_0000;
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(capabilities >>> 0);
  return Buffer.concat([
    Buffer.from([10]), Buffer.from('8.0.0-scripted\0'), Buffer.from([7, 0, 0, 0]), Buffer.from('12345678\0'),
    buffer.subarray(0, 2), Buffer.from([45, 2, 0]), buffer.subarray(2, 4), Buffer.from([21]), Buffer.alloc(10), Buffer.from('123456789012\0'), Buffer.from('mysql_native_password\0'),
  ]);
}
