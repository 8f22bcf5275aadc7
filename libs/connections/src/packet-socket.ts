import { connect, type Socket } from 'node:net';
import type { ChunkLender, ChunkReceiver } from '@tidemark/domain';
import type { Endpoint } from './endpoint.ts';
import { PacketMemory } from './packet-memory.ts';

/** A socket to a MySQL server without TLS, whose chunks may be borrowed. TLS takes a socket's bytes from below it. */
export function packetSocket({ host, port }: Endpoint): Socket & ChunkLender {
  const memory = new PacketMemory((chunk) => {
    // The reader of the chunk before may have had enough.
    if (!socket.destroyed) socket.emit('data', chunk);
  });
  const socket: Socket = connect({
    host,
    port,
    keepAlive: true,
    noDelay: true,
    onread: {
      buffer: () => memory.room,
      callback: (byteLength) => {
        memory.received(byteLength);
        return true;
      },
    },
  });
  // The system has let go of the memory too.
  socket.once('close', () => memory.close());
  return Object.assign(socket, {
    lendChunks: (receive: ChunkReceiver | null): void => {
      memory.receiver = receive === null ? null : (chunk) => (socket.destroyed ? chunk.length : receive(chunk));
    },
  });
}
