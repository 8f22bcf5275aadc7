import type { Socket } from 'node:net';
import type { Endpoint } from './endpoint.ts';

/**
 * Ends a socket with the reason when the way that it uses breaks: the driver would only see that it was closed.
 * @param explain what the driver is to be told
 */
export function endWithWay(socket: Socket, { broken }: Endpoint, explain: (reason: Error) => Error = (reason) => reason): Socket {
  if (broken === undefined) return socket;
  const onBroken = (): void => void socket.destroy(explain(broken.reason as Error));
  broken.addEventListener('abort', onBroken, { once: true });
  socket.once('close', () => broken.removeEventListener('abort', onBroken));
  return socket;
}
