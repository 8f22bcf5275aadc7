import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sameText } from '../auth/chunk-signer.ts';
import { decodeFault, encodeFault } from './fault-json.ts';
import type { FaultJson } from './fault-json.ts';
import type { Fault, FaultList } from './fault-list.ts';
import type { RequestLog } from './request-log.ts';

const MAX_BODY_BYTES = 64 * 1024;

export interface ControlOptions {
  /** Every request must carry it as a bearer token. */
  token: string;
  /** 0 (the default) takes a free one. */
  port?: number;
  faults: FaultList;
  requests: RequestLog;
}

export interface ControlServer {
  url: string;
  close(): Promise<void>;
}

interface Reply {
  status: number;
  body: unknown;
}

/** Opens the control port, on 127.0.0.1 only. */
export async function startControlServer(options: ControlOptions): Promise<ControlServer> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, options)
      .catch((error: unknown): Reply => ({ status: 400, body: { error: error instanceof Error ? error.message : String(error) } }))
      .then(({ status, body }) => {
        outgoing.writeHead(status, { 'content-type': 'application/json' });
        outgoing.end(JSON.stringify(body));
      })
      .catch((error: unknown) => console.error('s3-emulator: the control port failed:', error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(incoming: IncomingMessage, { token, faults, requests }: ControlOptions): Promise<Reply> {
  const body = await readJson(incoming);
  if (!sameText(incoming.headers.authorization ?? '', `Bearer ${token}`)) return { status: 401, body: { error: 'the bearer token is missing or wrong' } };
  const url = new URL(incoming.url ?? '/', 'http://control');
  const [collection = '', id, verb] = url.pathname.split('/').slice(1);
  switch (`${incoming.method} ${collection}${id === undefined ? '' : '/:id'}${verb === undefined ? '' : `/${verb}`}`) {
    case 'GET faults':
      return { status: 200, body: faults.list().map(describeFault) };
    case 'POST faults':
      return { status: 200, body: describeFault(faults.add(decodeFault(body as FaultJson))) };
    case 'DELETE faults':
      faults.clear();
      return { status: 200, body: {} };
    case 'DELETE faults/:id':
      faults.list().find((fault) => fault.id === id)?.remove();
      return { status: 200, body: {} };
    case 'GET requests':
      return { status: 200, body: requests.list(Number(url.searchParams.get('after') ?? 0)) };
    case 'GET held':
      return { status: 200, body: faults.held() };
    case 'POST wait-held': {
      const { faultId, timeoutMs } = body as { faultId?: string; timeoutMs?: number };
      try {
        return { status: 200, body: await faults.waitForHeld(faultId, timeoutMs) };
      } catch (error) {
        return { status: 408, body: { error: (error as Error).message } };
      }
    }
    case 'POST held/:id/release':
      return { status: 200, body: { released: faults.release(id ?? '') } };
    case 'POST release-all':
      faults.releaseAll();
      return { status: 200, body: {} };
    default:
      return { status: 404, body: { error: 'there is no such control request' } };
  }
}

function describeFault(fault: Fault): { id: string; fired: number; spec: FaultJson } {
  return { id: fault.id, fired: fault.fired, spec: encodeFault(fault.spec) };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const piece of incoming.setEncoding('utf8')) {
    text += piece as string;
    if (text.length > MAX_BODY_BYTES) throw new Error('the request is too large');
  }
  return text === '' ? {} : JSON.parse(text);
}
