import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Login, type PostgresSession, type RedshiftServer, type TextRow, allowLoading, openPostgresSession, startRedshift } from '@tidemark/local-stack';
import { s3TestServers } from './s3-for-tests.ts';
import { SharedServer } from './shared-server.ts';
import { type TestUrl, readTestUrl } from './test-url.ts';

/** Two fresh schemas in a Redshift database, and users with different rights. Disposing it drops the schemas. */
export interface RedshiftForTests extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** For target tables; the loader may create tables there. */
  readonly schema: string;
  /** For the load ledger; the loader may create tables there. */
  readonly workSchema: string;
  /** Superuser. */
  readonly admin: Login;
  /** Has the least rights that a loader needs. */
  readonly loader: Login;
  /** May log in and was granted nothing. */
  readonly stranger: Login;
  /** `postgres://loader:…@host:port/database` */
  readonly url: string;
  /** `postgres://admin:…@host:port/database` */
  readonly adminUrl: string;
  /** Role that COPY may name; it reads the bucket of `s3ForTests()`. Undefined when the environment's server has none. */
  readonly iamRole: string | undefined;
  /** PEM of the authority that signed the server's certificate, when it is known. */
  readonly tlsCaPem: string | undefined;
  /** The emulator in this process, for hooks and the statement log; undefined when TEST_REDSHIFT_URL names the server. */
  readonly emulator: RedshiftServer | undefined;
  /** The admin's session; lives as long as this handle. */
  readonly session: PostgresSession;
  /** Sends one statement as admin; every value comes as the server's own text, or null. */
  rows(sql: string, values?: readonly unknown[]): Promise<TextRow[]>;
  /** Sends statements as admin, one after the other. */
  run(...statements: string[]): Promise<void>;
  /** Opens another session, as the loader or as somebody else. */
  connect(as?: Login): Promise<PostgresSession>;
}

export interface RedshiftForTestsOptions {
  /** `snapshot` always gets an emulator of its own, since isolation is a property of the whole database. */
  readonly isolation?: 'serializable' | 'snapshot';
}

interface Server extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly admin: Login;
  readonly loader: Login;
  readonly stranger: Login;
  readonly iamRole: string | undefined;
  readonly tlsCaPem: string | undefined;
  readonly emulator: RedshiftServer | undefined;
}

async function startEmulator(isolation: 'serializable' | 'snapshot'): Promise<Server> {
  const s3 = await s3TestServers.take();
  try {
    const emulator = await startRedshift({ s3: s3.endpoint, isolation });
    const { host, port, database, admin, loader, stranger, iamRole, tlsCaPem } = emulator;
    const dispose = async (): Promise<void> => {
      await emulator[Symbol.asyncDispose]();
      await s3TestServers.release();
    };
    return { host, port, database, admin, loader, stranger, iamRole, tlsCaPem, emulator, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await s3TestServers.release();
    throw error;
  }
}

async function findServer(): Promise<Server> {
  const url = readTestUrl('TEST_REDSHIFT_URL', ['postgres', 'postgresql', 'redshift']);
  if (url === undefined) return startEmulator('serializable');
  if (readTestUrl('TEST_S3_URL', ['http', 'https']) === undefined) throw new Error('TEST_REDSHIFT_URL is set and TEST_S3_URL is not: COPY would not find what the tests write');
  const caFile = url.parameters.get('ca');
  return {
    host: url.host,
    port: url.port ?? 5439,
    database: url.path,
    admin: { username: url.username, password: url.password },
    loader: loginOf(url, 'loader'),
    stranger: loginOf(url, 'stranger'),
    iamRole: url.parameters.get('iam_role') ?? undefined,
    tlsCaPem: caFile === null ? undefined : await readFile(caFile, 'utf8'),
    emulator: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function loginOf(url: TestUrl, role: string): Login {
  const username = url.parameters.get(role);
  const password = url.parameters.get(`${role}_password`);
  if (username === null || password === null) throw new Error(`TEST_REDSHIFT_URL names no ${role}: add ?${role}=NAME&${role}_password=PASSWORD`);
  return { username, password };
}

const servers = {
  serializable: new SharedServer(findServer),
  snapshot: new SharedServer(() => startEmulator('snapshot')),
};

/**
 * Fresh schemas for one test file: on the server that `TEST_REDSHIFT_URL` names
 * (`postgres://admin:…@host:port/db?loader=…&loader_password=…&stranger=…&stranger_password=…[&iam_role=…][&ca=FILE]`),
 * else on an emulator inside this process, whose COPY reads from the server of `s3ForTests()` (about 0.6 s for the first call).
 * Rejects when there is no server; it never skips.
 */
export async function redshiftForTests({ isolation = 'serializable' }: RedshiftForTestsOptions = {}): Promise<RedshiftForTests> {
  const shared = servers[isolation];
  const server = await shared.take();
  const { host, port, database, admin, loader, stranger, iamRole, tlsCaPem, emulator } = server;
  const connect = (as: Login = loader): Promise<PostgresSession> => openPostgresSession({ host, port, database, ...as });
  const name = `test_${randomBytes(5).toString('hex')}`;
  const [schema, workSchema] = [name, `${name}_work`];
  let session: PostgresSession;
  try {
    session = await connect(admin);
    await allowLoading(session, loader, [schema, workSchema]);
  } catch (error) {
    await shared.release();
    throw error;
  }
  const urlOf = ({ username, password }: Login): string => `postgres://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  return {
    host,
    port,
    database,
    schema,
    workSchema,
    admin,
    loader,
    stranger,
    iamRole,
    tlsCaPem,
    emulator,
    session,
    connect,
    url: urlOf(loader),
    adminUrl: urlOf(admin),
    rows: (sql, values) => session.rows(sql, values),
    run: (...statements) => session.run(...statements),
    [Symbol.asyncDispose]: async () => {
      try {
        // A private server goes as a whole with its last user.
        if (emulator === undefined) await session.run(`DROP SCHEMA ${schema} CASCADE`, `DROP SCHEMA ${workSchema} CASCADE`);
      } finally {
        await session.close();
        await shared.release();
      }
    },
  };
}
