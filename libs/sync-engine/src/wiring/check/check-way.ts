import type { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ResolvedSource, ResolvedTarget } from '@tidemark/config';
import type { CheckLog } from './connection-report.ts';

type Database = Pick<ResolvedSource | ResolvedTarget, 'host' | 'port' | 'tls' | 'tunnel'>;

/**
 * Resolves the name that this machine connects to: that of the first ssh server where there is a tunnel, for the others are resolved behind it.
 * A name that does not resolve is told by the connection that fails with it.
 */
export async function checkName({ host, tunnel }: Database, log: CheckLog, resolve: typeof lookup): Promise<void> {
  const first = tunnel === null ? host : (tunnel.jump[0] ?? tunnel).host;
  if (isIP(first) !== 0) return;
  const addresses = await resolve(first, { all: true }).catch(() => []);
  if (addresses.length > 0) log.done('name', `${first} is ${addresses.map(({ address }) => address).join(', ')}`);
}

/** Codes of what is refused after the server had answered; those about the login come after TLS. */
const AFTER_CONNECTION: ReadonlySet<string> = new Set(['SOURCE_TLS', 'TARGET_TLS']);
const AFTER_TLS: ReadonlySet<string> = new Set(['SOURCE_LOGIN_REFUSED', 'SOURCE_DATABASE_MISSING', 'TARGET_LOGIN_REFUSED', 'TARGET_DATABASE_MISSING']);

/** Writes down the steps that lie before an error. */
export function reachedBefore(code: string, { host, port, tls }: Database, log: CheckLog): void {
  if (AFTER_CONNECTION.has(code) || AFTER_TLS.has(code)) log.done('connection', `${host}:${port}`);
  if (AFTER_TLS.has(code)) log.done('tls', tls.mode);
}

/** What an unencrypted or unverified session is worth saying. */
export function tlsFinding({ host, tls, tunnel }: Database, isEncrypted: boolean, log: CheckLog): void {
  if (!isEncrypted && tunnel === null && host !== '127.0.0.1' && host !== 'localhost') {
    log.found({ code: 'SESSION_NOT_ENCRYPTED', severity: 'warning', message: `The session with ${host} is not encrypted: password and rows can be read on the way.`, remedy: ['Set tls.mode to verify-full, with ca_file.'] });
  } else if (isEncrypted && tls.mode !== 'verify-ca' && tls.mode !== 'verify-full') {
    log.found({ code: 'SERVER_NOT_VERIFIED', severity: 'info', message: `The session with ${host} is encrypted; who the server is was not verified (tls.mode ${tls.mode}).`, remedy: ['Set tls.mode to verify-full, with ca_file.'] });
  }
}
