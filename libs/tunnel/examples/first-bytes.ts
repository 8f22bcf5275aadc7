import { once } from 'node:events';
import { connect } from 'node:net';
import { openTunnel, type Destination, type TunnelOptions } from '@tidemark/tunnel';

/** What a database behind an ssh server says first. The tunnel and its sessions are gone when it resolves. */
export async function firstBytes(options: TunnelOptions, database: Destination): Promise<Buffer> {
  await using tunnel = await openTunnel(options, database);
  const socket = connect(tunnel.port, tunnel.host);
  try {
    const [bytes] = (await once(socket, 'data', { signal: tunnel.broken })) as [Buffer];
    return bytes;
  } finally {
    socket.destroy();
  }
}
