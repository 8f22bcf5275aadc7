import { connect as connectSocket, type Socket } from 'node:net';
import type { Connection, ConnectionOptions } from 'mysql2';
import { isTidemarkError, type Secret } from '@tidemark/domain';
import { endWithWay } from './end-with-way.ts';
import { directEndpoint, type Endpoint, type EndpointResolver } from './endpoint.ts';
import { ConnectionError } from './errors.ts';
import { loginFor } from './login-for.ts';
import type { Login, LoginSource } from './login.ts';
import { packetSocket } from './packet-socket.ts';
import { tlsDemands, type TlsDemands, type TlsSettings } from './tls-options.ts';
import { tlsProblem } from './tls-problem.ts';

export interface MysqlOptions {
  /** Name of the source, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: Secret;
  /** Gives user and password in place of those above, when the session is opened; TLS must be on. */
  readonly login?: LoginSource;
  readonly tls: TlsSettings;
  readonly connectTimeoutMs?: number;
  readonly resolveEndpoint?: EndpointResolver;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Error codes of node:net and mysql2 for a server that cannot be reached or stops before the login is through. */
const LOGIN_ERRORS = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR', 'ER_HOST_NOT_PRIVILEGED', 'ER_NOT_SUPPORTED_AUTH_MODE', 'ER_MUST_CHANGE_PASSWORD_LOGIN', 'ER_ACCOUNT_HAS_BEEN_LOCKED']);
const DATABASE_ERRORS = new Set(['ER_BAD_DB_ERROR', 'ER_DBACCESS_DENIED_ERROR']);
const NO_TLS = 'HANDSHAKE_NO_SSL_SUPPORT';
const TLS_ERROR = 'HANDSHAKE_SSL_ERROR';

/**
 * Opens a logged-in connection of the text protocol: one statement per query, no LOAD DATA LOCAL, results in utf8mb4.
 * The caller ends it. With `preferred`, a server without TLS is used without it.
 *
 * @throws ConnectionError `SOURCE_UNREACHABLE`, `SOURCE_LOGIN_REFUSED`, `SOURCE_DATABASE_MISSING`, `SOURCE_TLS`, `CONNECTION_TOKEN_NEEDS_TLS`
 */
export async function openMysqlConnection(options: MysqlOptions): Promise<Connection> {
  const endpoint = await (options.resolveEndpoint ?? directEndpoint)(options.host, options.port);
  const demands = await tlsDemands(options.tls);
  const login = await loginFor(options);
  const base = baseOptions(options, login);
  const plain: ConnectionOptions = { ...base, stream: () => endWithWay(packetSocket(endpoint), endpoint) };
  try {
    try {
      return await connected(demands === undefined ? plain : { ...base, stream: () => tlsSocket(endpoint, options.host), ssl: tlsOptions(demands) });
    } catch (error) {
      if (options.tls.mode !== 'preferred' || codeOf(error) !== NO_TLS) throw error;
      return await connected(plain);
    }
  } catch (cause) {
    throw translate(cause, { ...options, username: login.username }, endpoint);
  }
}

function baseOptions(options: MysqlOptions, login: Login): ConnectionOptions {
  return {
    // The certificate is held against the server's own name, whatever the way to it.
    host: options.host,
    port: options.port,
    user: login.username,
    password: login.password.reveal(),
    // RDS asks for its tokens by mysql_clear_password; loginFor has made sure of TLS.
    enableCleartextPlugin: options.login !== undefined,
    database: options.database,
    charset: 'utf8mb4',
    connectTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
    // There are none; mysql2's default of 16000 makes lists of half a megabyte for each connection.
    maxPreparedStatements: 1,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  };
}

function tlsOptions({ ca, rejectUnauthorized, verifyIdentity }: TlsDemands): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  return { ...(ca === undefined ? {} : { ca }), rejectUnauthorized, verifyIdentity };
}

/**
 * A socket with the name that the certificate is held against, where that is an address: mysql2 hands only names to TLS, and Node then takes the
 * socket's own, else `localhost`.
 */
function tlsSocket(endpoint: Endpoint, host: string): Socket {
  return Object.assign(endWithWay(connectSocket({ host: endpoint.host, port: endpoint.port, keepAlive: true, noDelay: true }), endpoint), { _host: host });
}

async function connected(config: ConnectionOptions): Promise<Connection> {
  // Loaded when a source is connected to: most commands never do.
  const { createConnection } = await import('mysql2');
  const connection = createConnection(config);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
    connection.removeAllListeners('error');
    return connection;
  } catch (error) {
    connection.on('error', () => undefined);
    connection.destroy();
    throw error;
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? 'unknown');
}

function translate(cause: unknown, options: MysqlOptions, endpoint: Endpoint): Error {
  if (isTidemarkError(cause)) return cause;
  const code = codeOf(cause);
  const place = `source ${options.name} (${options.host}:${options.port})`;
  const details = { source: options.name, host: options.host, port: options.port, reason: code };
  if (endpoint.failure !== null) return endpoint.failure;
  if (LOGIN_ERRORS.has(code)) return new ConnectionError('SOURCE_LOGIN_REFUSED', { message: `The ${place} refused the login of ${options.username}: ${code}.`, details, cause });
  if (DATABASE_ERRORS.has(code)) return new ConnectionError('SOURCE_DATABASE_MISSING', { message: `The ${place} has no database ${options.database} that ${options.username} may use: ${code}.`, details, cause });
  const tls = code === NO_TLS ? 'it has no TLS' : code === TLS_ERROR ? (cause as Error).message : tlsProblem(cause as Error);
  if (tls !== null) return new ConnectionError('SOURCE_TLS', { message: `No TLS session of mode ${options.tls.mode} with the ${place}: ${tls}.`, details: { ...details, mode: options.tls.mode }, cause });
  return new ConnectionError('SOURCE_UNREACHABLE', { message: `The ${place} does not answer: ${code}.`, details, cause });
}
