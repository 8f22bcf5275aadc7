import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A host that accepts connections and says nothing. */
export interface SilentHost extends AsyncDisposable {
  readonly port: number;
  /** Resolves when somebody has connected for the first time. */
  readonly reached: Promise<void>;
}

export async function startSilentHost(): Promise<SilentHost> {
  const sockets = new Set<Socket>();
  let reach!: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const server = createServer((socket) => {
    sockets.add(socket);
    reach();
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket)).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    reached,
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
