import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArmedHooks, InvalidHookOrder, type HookOrder } from './armed-hooks.ts';
import type { Hooks } from './hooks.ts';
import type { StatementLog } from './statement-log.ts';
import { statementShapes } from './statement-shapes.ts';

/** The control port: other processes arm hooks and read the statements there. */
export interface ControlServer {
  readonly url: string;
  /** Goes into `Authorization: Bearer …` of every request. */
  readonly token: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const MAX_ORDER_BYTES = 1 << 20;

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_ORDER_BYTES) throw new InvalidHookOrder('the order is too long');
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const NOT_FOUND: Answer = { status: 404, body: { error: 'not found' } };

async function answer(request: IncomingMessage, hooks: ArmedHooks, log: StatementLog): Promise<Answer> {
  const [, collection, id, verb] = (request.url ?? '').split('/');
  const method = request.method ?? 'GET';
  if (collection === 'statements' && id === 'shapes' && method === 'GET') return { status: 200, body: { shapes: statementShapes(log.all()) } };
  if (collection === 'statements' && method === 'GET') return { status: 200, body: { statements: log.all() } };
  if (collection === 'statements' && method === 'DELETE') {
    log.clear();
    return { status: 200, body: {} };
  }
  if (collection !== 'hooks') return NOT_FOUND;
  if (id === undefined) {
    if (method === 'GET') return { status: 200, body: { hooks: hooks.list() } };
    if (method === 'POST') return { status: 201, body: hooks.arm((await readJson(request)) as HookOrder) };
    return NOT_FOUND;
  }
  const done = method === 'POST' && verb === 'release' ? hooks.release(Number(id)) : method === 'DELETE' && hooks.disarm(Number(id));
  return done ? { status: 200, body: {} } : NOT_FOUND;
}

/** Starts the control port on 127.0.0.1. */
export async function startControlServer(hooks: Hooks, log: StatementLog, port = 0): Promise<ControlServer> {
  const token = randomBytes(24).toString('base64url');
  const expected = Buffer.from(`Bearer ${token}`);
  const armed = new ArmedHooks(hooks);
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    const send = ({ status, body }: Answer): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      send({ status: 401, body: { error: 'the token is missing or wrong' } });
      return;
    }
    answer(request, armed, log).then(send, (error: unknown) => send({ status: error instanceof InvalidHookOrder || error instanceof SyntaxError ? 400 : 500, body: { error: (error as Error).message } }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
