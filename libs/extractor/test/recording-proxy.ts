import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { RecordedAnswer } from './recording.ts';

const COM_QUERY = 3;
/** No query attributes, in one set: with that capability they stand before the SQL. https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query.html */
const NO_ATTRIBUTES = '\0\x01';

export interface RecordingProxy extends AsyncDisposable {
  readonly port: number;
  /** What was asked and answered since the last call, in order. */
  take(): readonly RecordedAnswer[];
}

function sqlOf(payload: string): string {
  return payload.startsWith(NO_ATTRIBUTES) ? payload.slice(NO_ATTRIBUTES.length) : payload;
}

/** Passes connections on to a server, and keeps the answer to every query. */
export async function recordingProxy(upstream: { readonly host: string; readonly port: number }): Promise<RecordingProxy> {
  let exchanges: { readonly sql: string; readonly chunks: Buffer[] }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const remote = connect(upstream.port, upstream.host);
    for (const socket of [client, remote]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    let current: { readonly sql: string; readonly chunks: Buffer[] } | null = null;
    client.on('data', (chunk: Buffer) => {
      // A query of this recorder fits in one packet, and the client waits for each answer.
      const isCommand = chunk.length > 5 && chunk[3] === 0 && chunk.readUIntLE(0, 3) === chunk.length - 4;
      current = isCommand && chunk[4] === COM_QUERY ? { sql: sqlOf(chunk.toString('utf8', 5)), chunks: [] } : null;
      if (current !== null) exchanges.push(current);
      remote.write(chunk);
    });
    remote.on('data', (chunk: Buffer) => {
      current?.chunks.push(Buffer.from(chunk));
      client.write(chunk);
    });
    client.on('close', () => remote.destroy());
    remote.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      const taken = exchanges.map(({ sql, chunks }) => ({ sql, bytes: Buffer.concat(chunks).toString('base64') }));
      exchanges = [];
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
