import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that sends back what it gets. */
export async function startEcho(): Promise<{ readonly host: string; readonly port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket)).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

/** Sends a text to a local port and gives what comes back. */
export async function echoed(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(text);
    return await new Promise<string>((resolve, reject) => {
      let seen = '';
      socket.on('data', (data) => {
        seen += data.toString();
        if (seen.length >= text.length) resolve(seen);
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
    });
  } finally {
    socket.destroy();
  }
}

/** Opens a connection to a local port and gives a promise of its end. */
export async function openSocket(port: number): Promise<{ readonly closed: Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return { closed };
}
