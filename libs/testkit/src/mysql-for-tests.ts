import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Login, type MysqlSession, type ServerProcess, type TextRow, openMysqlSession, randomLogin, startMariadb } from '@tidemark/local-stack';
import { SharedServer } from './shared-server.ts';
import { readTestUrl } from './test-url.ts';

/** A fresh database on a MySQL or MariaDB server, with an admin and a user who may only read it. Disposing it drops all three. */
export interface MysqlForTests extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** May do everything on the server. */
  readonly admin: Login;
  /** SELECT and SHOW VIEW on this database, and nothing else. */
  readonly reader: Login;
  /** `mysql://reader:…@host:port/database` */
  readonly url: string;
  /** `mysql://admin:…@host:port/database` */
  readonly adminUrl: string;
  /** Version text of the server, `-MariaDB` in it for a MariaDB. */
  readonly version: string;
  readonly isMariadb: boolean;
  /** PEM of the authority that signed the server's certificate, when it is known. */
  readonly tlsCaPem: string | undefined;
  /** The private server's process, to freeze or kill it; undefined when TEST_MYSQL_URL names the server. */
  readonly process: ServerProcess | undefined;
  /** The admin's session in this database; lives as long as this handle. */
  readonly session: MysqlSession;
  /** Sends one statement as admin; every value comes as the server's own text, or null. */
  rows(sql: string, values?: readonly unknown[]): Promise<TextRow[]>;
  /** Sends statements as admin, one after the other. */
  run(...statements: string[]): Promise<void>;
  /** Opens another session in this database, as admin or as somebody else. */
  connect(as?: Login): Promise<MysqlSession>;
}

interface Server extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly admin: Login;
  readonly tlsCaPem: string | undefined;
  readonly process: ServerProcess | undefined;
}

async function findServer(): Promise<Server> {
  const url = readTestUrl('TEST_MYSQL_URL', ['mysql', 'mariadb']);
  if (url === undefined) return startMariadb();
  const caFile = url.parameters.get('ca');
  return {
    host: url.host,
    port: url.port ?? 3306,
    admin: { username: url.username, password: url.password },
    tlsCaPem: caFile === null ? undefined : await readFile(caFile, 'utf8'),
    process: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const servers = new SharedServer(findServer);

/**
 * A fresh database for one test file: on the server that `TEST_MYSQL_URL` names (`mysql://admin:…@host:port/?ca=FILE`), else on a
 * private MariaDB of this process (about 0.3 s for the first call). Rejects when there is no server; it never skips.
 */
export async function mysqlForTests(): Promise<MysqlForTests> {
  const server = await servers.take();
  const { host, port, admin } = server;
  const reader = randomLogin('reader');
  const database = `test_${randomBytes(5).toString('hex')}`;
  const connect = async (as: Login = admin): Promise<MysqlSession> => openMysqlSession({ host, port, ...as, database });
  try {
    const setup = await openMysqlSession({ host, port, ...admin });
    try {
      await setup.run(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
      await setup.run(`CREATE USER '${reader.username}'@'%' IDENTIFIED BY '${reader.password}'`);
      await setup.run(`GRANT SELECT, SHOW VIEW ON ${database}.* TO '${reader.username}'@'%'`);
    } finally {
      await setup.close();
    }
  } catch (error) {
    await servers.release();
    throw error;
  }
  const session = await connect();
  const version = (await session.rows('SELECT VERSION() AS version'))[0]?.version ?? '';
  const urlOf = ({ username, password }: Login): string => `mysql://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  return {
    host,
    port,
    database,
    admin,
    reader,
    version,
    session,
    connect,
    url: urlOf(reader),
    adminUrl: urlOf(admin),
    isMariadb: version.includes('MariaDB'),
    tlsCaPem: server.tlsCaPem,
    process: server.process,
    rows: async (sql, values) => session.rows(sql, values),
    run: async (...statements) => {
      for (const statement of statements) await session.run(statement);
    },
    [Symbol.asyncDispose]: async () => {
      await session.close();
      if (server.process === undefined) await dropAgain({ host, port, ...admin }, database, reader);
      await servers.release();
    },
  };
}

async function dropAgain(endpoint: { host: string; port: number } & Login, database: string, reader: Login): Promise<void> {
  await using session = await openMysqlSession(endpoint);
  await session.run(`DROP DATABASE IF EXISTS ${database}`);
  await session.run(`DROP USER IF EXISTS '${reader.username}'@'%'`);
}
