import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Transform } from 'node:stream';

const PIECE_BYTES = 2048;

/** A TCP relay that lets so many bytes through per second, each way. */
export async function throttledLink(to: { readonly host: string; readonly port: number }, bytesPerSecond: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const slow = (): Transform =>
    new Transform({
      highWaterMark: PIECE_BYTES,
      transform(chunk: Buffer, _encoding, done) {
        void (async () => {
          for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
            await sleep((PIECE_BYTES * 1000) / bytesPerSecond);
            this.push(chunk.subarray(from, from + PIECE_BYTES));
          }
          done();
        })();
      },
    });
  const server = createServer((near) => {
    const far = connect(to);
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    near.on('error', end).on('close', end).pipe(slow()).pipe(far);
    far.on('error', end).on('close', end).pipe(slow()).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
