import type { Secret } from '@tidemark/domain';
import { ConnectionError } from './errors.ts';
import type { Login, LoginSource } from './login.ts';
import { mustEncrypt, type TlsSettings } from './tls-options.ts';

interface LoginOptions {
  readonly name: string;
  readonly username: string;
  readonly password: Secret;
  readonly login?: LoginSource;
  readonly tls: TlsSettings;
}

/** @throws ConnectionError `CONNECTION_TOKEN_NEEDS_TLS`, before a token is fetched */
export async function loginFor({ name, username, password, login, tls }: LoginOptions): Promise<Login> {
  if (login === undefined) return { username, password, expiresAt: null };
  if (!mustEncrypt(tls.mode)) {
    throw new ConnectionError('CONNECTION_TOKEN_NEEDS_TLS', { message: `${name} logs in with a temporary credential, and its tls.mode ${tls.mode} may send that in the clear.`, details: { connection: name, mode: tls.mode } });
  }
  return login();
}
