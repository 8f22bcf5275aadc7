import { type Hooks, type IsolationLevel, type LoggedStatement, startRedshiftEmulator } from '@tidemark/redshift-emulator';
import { type Login, randomLogin } from './login.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type PostgresSession, openPostgresSession } from './postgres-session.ts';
import type { S3Endpoint } from './s3.ts';
import { type TlsCertificate, makeTlsCertificate } from '@tidemark/redshift-emulator';

export interface RedshiftOptions {
  /** Where COPY reads. */
  readonly s3: S3Endpoint;
  /** TCP port on 127.0.0.1; a free one when left out. */
  readonly port?: number;
  readonly database?: string;
  readonly isolation?: IsolationLevel;
  /** The certificate that the server shows; one of its own making when left out, null for a server without TLS. */
  readonly tls?: TlsCertificate | null;
  /** Refuses clients without TLS, as Serverless does. */
  readonly requireTls?: boolean;
}

/** The Redshift emulator inside this process, with a private PostgreSQL behind it. Disposing it removes its data. */
export interface RedshiftServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Superuser. */
  readonly admin: Login;
  /** May log in and make temporary tables; `allowLoading` gives it schemas. */
  readonly loader: Login;
  /** May log in, and was granted nothing. */
  readonly stranger: Login;
  /** `postgres://admin:…@127.0.0.1:port/database` */
  readonly url: string;
  /** PEM of the certificate that the server shows to clients that ask for TLS, empty without TLS; its own one names 127.0.0.1 and localhost. */
  readonly tlsCaPem: string;
  /** A role that COPY may name instead of keys; also what `IAM_ROLE default` means. */
  readonly iamRole: string;
  /** Steps into statements: errors, cut connections, held answers. */
  readonly hooks: Hooks;
  /** Every statement since the start, keys redacted. */
  statements(): readonly LoggedStatement[];
  /** The PostgreSQL behind the emulator. */
  readonly postgres: PostgresServer;
  /** Opens a session through the emulator, as admin or as somebody else. */
  connect(as?: Login): Promise<PostgresSession>;
}

const IAM_ROLE = 'arn:aws:iam::123456789012:role/tidemark-local';

/** Starts PostgreSQL and the Redshift emulator over it; ready for sessions when it resolves (about 0.5 s). */
export async function startRedshift(options: RedshiftOptions): Promise<RedshiftServer> {
  const { s3, database = 'dev', isolation = 'serializable', port: wantedPort } = options;
  await using started = new AsyncDisposableStack();
  const postgres = started.use(await startPostgres());
  const tls = options.tls === undefined ? makeTlsCertificate() : options.tls;
  const [admin, loader, stranger] = [randomLogin('admin'), randomLogin('loader'), randomLogin('stranger')];
  const emulator = await startRedshiftEmulator({
    postgres: { host: postgres.host, port: postgres.port, user: postgres.admin.username, password: postgres.admin.password },
    users: {
      [admin.username]: { password: admin.password, superuser: true },
      [loader.username]: { password: loader.password },
      [stranger.username]: { password: stranger.password },
    },
    database,
    isolation,
    ...(tls === null ? {} : { tls: { key: tls.keyPem, cert: tls.certPem, required: options.requireTls === true } }),
    s3: {
      endpoint: s3.endpoint,
      region: s3.region,
      roles: { [IAM_ROLE]: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey } },
      defaultRole: IAM_ROLE,
    },
    ...(wantedPort === undefined ? {} : { port: wantedPort }),
  });
  started.defer(() => emulator.close());
  const servers = started.move();
  const host = '127.0.0.1';
  const { port } = emulator;
  return {
    host,
    port,
    database,
    admin,
    loader,
    stranger,
    postgres,
    iamRole: IAM_ROLE,
    url: `postgres://${admin.username}:${admin.password}@${host}:${port}/${database}`,
    tlsCaPem: tls?.certPem ?? '',
    hooks: emulator.hooks,
    statements: () => emulator.statements(),
    connect: (as = admin) => openPostgresSession({ host, port, database, ...as }),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

/**
 * Makes schemas and gives a user what a loader needs in them and no more: it may use them and create tables there.
 * What it creates it owns; tables of others stay closed to it.
 *
 * @param admin a session that may create schemas
 */
export async function allowLoading(admin: PostgresSession, loader: Login, schemas: readonly string[]): Promise<void> {
  for (const schema of schemas) {
    await admin.run(`CREATE SCHEMA ${schema}`, `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${loader.username}`);
  }
}
