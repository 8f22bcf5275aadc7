import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { makeTlsCertificate } from '@tidemark/local-stack';

const CLIENT_SSL = 0x800;
/** CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH, CLIENT_CONNECT_WITH_DB. */
const CAPABILITIES = 0x200 | 0x8000 | 0x80000 | 0x8;
const TEXT = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');

/**
 * Logs in as RDS does with IAM: it asks for the password in the clear, by mysql_clear_password, and only over TLS.
 * https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
 */
export async function startTokenServer(token: () => string): Promise<{ readonly port: number; readonly caPem: string; readonly seen: readonly string[] } & AsyncDisposable> {
  const tls = makeTlsCertificate();
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((plain) => {
    sockets.add(plain);
    plain.on('error', () => undefined);
    let socket: Socket = plain;
    let step: 'greeted' | 'secured' | 'asked' | 'in' = 'greeted';
    const send = (sequence: number, body: Buffer): void => void socket.write(Buffer.concat([Buffer.from([body.length & 0xff, body.length >> 8, 0, sequence]), body]));
    const onData = (data: Buffer): void => {
      const body = data.subarray(4, 4 + data.readUIntLE(0, 3));
      const sequence = data[3]! + 1;
      if (step === 'greeted' && (body.readUInt32LE(0) & CLIENT_SSL) !== 0) {
        step = 'secured';
        plain.off('data', onData).pause();
        // The client's TLS may follow in the same piece.
        const rest = data.subarray(4 + body.length);
        if (rest.length > 0) plain.unshift(rest);
        socket = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext({ key: tls.keyPem, cert: tls.certPem }) });
        socket.on('error', () => undefined).on('data', onData);
      } else if (step === 'secured') {
        step = 'asked';
        send(sequence, Buffer.concat([Buffer.from([0xfe]), TEXT('mysql_clear_password')]));
      } else if (step === 'asked') {
        step = 'in';
        const password = body.toString('latin1').replace(/\0$/, '');
        seen.push(password);
        if (password === token()) send(sequence, Buffer.from([0, 0, 0, 2, 0, 0, 0]));
        else send(sequence, Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from('#28000Access denied')]));
      } else {
        plain.destroy();
      }
    };
    plain.on('data', onData);
    const capabilities = CAPABILITIES | CLIENT_SSL;
    send(0, Buffer.concat([
      Buffer.from([10]), TEXT('8.0.40'), Buffer.from([1, 0, 0, 0]), Buffer.alloc(8, 65), Buffer.from([0, capabilities & 0xff, (capabilities >> 8) & 0xff, 45, 2, 0, (capabilities >> 16) & 0xff, capabilities >>> 24, 21]),
      Buffer.alloc(10), Buffer.alloc(12, 66), Buffer.from([0]), TEXT('mysql_native_password'),
    ]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caPem: tls.certPem,
    seen,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
