import { Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import type { Secret } from '@tidemark/domain';
import { endWithWay } from './end-with-way.ts';
import { directEndpoint, type Endpoint, type EndpointResolver } from './endpoint.ts';
import { ConnectionError } from './errors.ts';
import { loginFor } from './login-for.ts';
import type { Login, LoginSource } from './login.ts';
import { sessionSettingsSql } from './session-settings.ts';
import { tlsDemands, type TlsSettings } from './tls-options.ts';
import { tlsProblem } from './tls-problem.ts';

export interface RedshiftOptions {
  /** Name of the target, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: Secret;
  /** Gives user and password in place of those above, when the session is opened; TLS must be on. */
  readonly login?: LoginSource;
  readonly tls: TlsSettings;
  readonly queryGroup: string | null;
  readonly connectTimeoutMs?: number;
  readonly resolveEndpoint?: EndpointResolver;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** Network devices drop connections that are idle for 350 s (NAT gateway, Network Load Balancer). */
const KEEPALIVE_DELAY_MS = 60_000;
const LOGIN_STATES = new Set(['28P01', '28000']);
/** pg has no code for it. */
const NO_TLS = /^The server does not support SSL connections$/;
/** The one thing of this state that is not about the login: `no pg_hba.conf entry for host …, SSL off`. */
const wantsTls = (error: Error & { code?: string }): boolean => error.code === '28000' && error.message.endsWith('SSL off');
const DATABASE_MISSING = '3D000';

/**
 * Opens a connection of its own, not a pool's, in time zone UTC; whoever called it ends it.
 * SMALLINT, INTEGER and OID come as numbers, BOOLEAN as boolean, everything else as the server's own text.
 * Its settings are made by statements after the login, by `sessionSettingsSql`.
 *
 * @throws ConnectionError `TARGET_UNREACHABLE`, `TARGET_LOGIN_REFUSED`, `TARGET_DATABASE_MISSING`, `TARGET_TLS`, `CONNECTION_TOKEN_NEEDS_TLS`
 */
export async function openRedshiftClient(options: RedshiftOptions): Promise<Client> {
  const endpoint = await (options.resolveEndpoint ?? directEndpoint)(options.host, options.port);
  const demands = await tlsDemands(options.tls);
  const login = await loginFor(options);
  const ssl = demands === undefined ? false : {
    ...(demands.ca === undefined ? {} : { ca: demands.ca }),
    rejectUnauthorized: demands.rejectUnauthorized,
    checkServerIdentity: demands.verifyIdentity ? (_name: string, certificate: Parameters<typeof checkServerIdentity>[1]) => checkServerIdentity(options.host, certificate) : () => undefined,
  };
  try {
    const client = await connected({ ...baseOptions(options, endpoint, login), ssl }, options.tls.mode === 'preferred');
    for (const statement of sessionSettingsSql(options.queryGroup)) await client.query(statement);
    return client;
  } catch (cause) {
    throw translate(cause, { ...options, username: login.username }, endpoint);
  }
}

function baseOptions(options: RedshiftOptions, endpoint: Endpoint, login: Login): ClientConfig {
  return {
    stream: () => endWithWay(new Socket(), endpoint, lostConnection),
    host: endpoint.host,
    port: endpoint.port,
    user: login.username,
    password: login.password.reveal(),
    database: options.database,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    types: { getTypeParser: (oid: number) => parserOf(oid) } as NonNullable<ClientConfig['types']>,
  };
}

/** Whoever sends statements judges by what the server said: this is a lost connection, and why is its text. */
function lostConnection(reason: Error): Error {
  return Object.assign(new Error(reason.message, { cause: reason }), { code: 'ECONNRESET' });
}

/** Type OIDs of PostgreSQL's catalogue whose values a JavaScript type holds exactly. */
const BOOLEAN_OID = 16;
const SMALL_NUMBER_OIDS: ReadonlySet<number> = new Set([21, 23, 26]);

function parserOf(oid: number): (text: string) => string | number | boolean {
  if (oid === BOOLEAN_OID) return (text) => text === 't';
  if (SMALL_NUMBER_OIDS.has(oid)) return Number;
  return (text) => text;
}

async function connected(config: ClientConfig, mayFallBack: boolean): Promise<Client> {
  // Loaded when a target is connected to: most commands never do.
  const { Client } = await import('pg');
  const client = new Client(config);
  // Without a listener a lost connection ends the process; queries in flight are rejected by pg itself.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (mayFallBack && config.ssl !== false && NO_TLS.test((error as Error).message)) return connected({ ...config, ssl: false }, false);
    throw error;
  }
}

function translate(cause: unknown, options: RedshiftOptions, endpoint: Endpoint): Error {
  const error = cause as Error & { code?: string; severity?: string };
  const reason = error.code ?? error.message;
  const text = error.severity === undefined ? reason : `${reason} ${error.message}`;
  const place = `target ${options.name} (${options.host}:${options.port})`;
  const details = { target: options.name, host: options.host, port: options.port, reason };
  if (endpoint.failure !== null) return endpoint.failure;
  const tls = error.severity === undefined ? tlsProblem(error) : wantsTls(error) ? 'it takes no session without TLS' : null;
  const problem = tls ?? (NO_TLS.test(error.message) ? 'it has no TLS' : null);
  if (problem !== null) return new ConnectionError('TARGET_TLS', { message: `No TLS session of mode ${options.tls.mode} with the ${place}: ${problem}.`, details: { ...details, mode: options.tls.mode }, cause });
  if (LOGIN_STATES.has(reason) || /password authentication failed|authenticationOk message type/.test(error.message)) {
    return new ConnectionError('TARGET_LOGIN_REFUSED', { message: `The ${place} refused the login of ${options.username}: ${reason}.`, details, cause });
  }
  if (reason === DATABASE_MISSING) return new ConnectionError('TARGET_DATABASE_MISSING', { message: `The ${place} has no database ${options.database}.`, details, cause });
  return new ConnectionError('TARGET_UNREACHABLE', { message: `The ${place} ${error.severity === undefined ? 'does not answer' : 'gave no session'}: ${text}.`, details, cause });
}
