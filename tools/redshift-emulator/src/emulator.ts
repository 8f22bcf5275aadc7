import { createServer, type AddressInfo, type Socket } from 'node:net';
import { installDatabase, installUsers, type EmulatedUser, type IsolationLevel } from './catalog/install.ts';
import { Hooks } from './control/hooks.ts';
import { startControlServer } from './control/control-server.ts';
import { StatementLog, type LoggedStatement } from './control/statement-log.ts';
import { noteShapes } from './control/shape-notes.ts';
import { CopySources, type S3Options } from './copy/copy-sources.ts';
import { SerializationGraph } from './isolation/serialization-graph.ts';
import { ClientConnection, type Doorway } from './session/client-connection.ts';
import type { Session } from './session/session.ts';
import { rememberShortenedName } from './sql/identifiers.ts';
import { BackendConnection, type PostgresAddress } from './wire/backend-connection.ts';
import type { LoginMethod } from './wire/login.ts';

export interface RedshiftEmulatorOptions {
  /** A running PostgreSQL 15 or later and a superuser of it. */
  readonly postgres: PostgresAddress;
  readonly users: Readonly<Record<string, EmulatedUser>>;
  /** Created in the backing server when it is not there. */
  readonly database?: string;
  readonly isolation?: IsolationLevel;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** `required` refuses clients without TLS, as Serverless does. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly required?: boolean };
  readonly login?: LoginMethod;
  readonly s3?: S3Options;
  /** Rows over this many bytes make a COPY fail. 4 MB, see https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html */
  readonly maxRowBytes?: number;
  /** Opens the control port, 0 for a free one, so that other processes can arm hooks. */
  readonly control?: { readonly port: number };
}

export interface RedshiftEmulator {
  readonly port: number;
  /** `postgres://127.0.0.1:PORT/DATABASE`, without a user. */
  readonly url: string;
  readonly hooks: Hooks;
  /** Where the control port is and the token it asks for, when it was ordered. */
  readonly control: { readonly url: string; readonly token: string } | undefined;
  /** Every statement since the start, keys redacted. */
  statements(): readonly LoggedStatement[];
  /** Ends all sessions and stops listening. The backing PostgreSQL and its data stay. */
  close(): Promise<void>;
}

const FOUR_MEGABYTES = 4 * 1_048_576;

/** A connection with all rights, its requests one after the other. */
function adminQueue(connection: BackendConnection): (sql: string) => Promise<(string | null)[][]> {
  let work: Promise<unknown> = Promise.resolve();
  return async (sql) => {
    const mine = work.then(() => connection.rows(sql));
    work = mine.catch(() => undefined);
    return mine;
  };
}

/** Starts the emulator over a running PostgreSQL. When it resolves, clients can connect. */
export async function startRedshiftEmulator(options: RedshiftEmulatorOptions): Promise<RedshiftEmulator> {
  const { postgres, users, database = 'dev', isolation = 'serializable', host = '127.0.0.1' } = options;
  await installDatabase(postgres, database, isolation);
  const admin = await BackendConnection.open(postgres, database);
  await installUsers(admin, users);
  const [types] = await admin.rows("SELECT 'rs_varchar'::regtype::oid, 'rs_super'::regtype::oid, 'rs_varbyte'::regtype::oid");
  for (const [short, full] of await admin.rows('SELECT short_name, full_name FROM redshift_emulator.names')) rememberShortenedName(short!, full!);
  const log = new StatementLog();
  const hooks = new Hooks();
  const sessions = new Set<Session>();
  let lastSessionId = 0;
  const doorway: Doorway = {
    users, postgres, sessions,
    login: options.login ?? 'md5',
    tls: options.tls === undefined ? undefined : { ...options.tls, required: options.tls.required === true },
    nextSessionId: () => (lastSessionId += 1),
    shared: {
      hooks, log, isolation, database,
      graph: new SerializationGraph(),
      types: { varchar: Number(types![0]), super: Number(types![1]), varbyte: Number(types![2]) },
      sources: new CopySources(options.s3),
      maxRowBytes: options.maxRowBytes ?? FOUR_MEGABYTES,
      admin: adminQueue(admin),
    },
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new ClientConnection(socket, doorway);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const control = options.control === undefined ? undefined : await startControlServer(hooks, log, options.control.port);
  return {
    port,
    url: `postgres://${host}:${port}/${database}`,
    hooks,
    control: control === undefined ? undefined : { url: control.url, token: control.token },
    statements: () => log.all(),
    close: async () => {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      admin.destroy();
      noteShapes(log.all());
      await Promise.all([stopped, control?.close()]);
    },
  };
}
