import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A host that accepts connections and says nothing. */
export interface SilentHost extends AsyncDisposable {
  readonly port: number;
}

export async function startSilentHost(): Promise<SilentHost> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket)).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const host = await startSilentHost();
  await host[Symbol.asyncDispose]();
  return host.port;
}
