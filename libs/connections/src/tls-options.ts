import { readFile } from 'node:fs/promises';
import { ConnectionError } from './errors.ts';

export type TlsMode = 'disabled' | 'preferred' | 'required' | 'verify-ca' | 'verify-full';

export interface TlsSettings {
  readonly mode: TlsMode;
  /** PEM file with the authorities to trust; null trusts those of Node. */
  readonly caFile: string | null;
}

/** What a TLS mode asks of a session; undefined when TLS is off. Only the verify modes look at the certificate. */
export interface TlsDemands {
  readonly ca: string | undefined;
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity: boolean;
}

/** @throws ConnectionError `CONNECTION_CA_FILE` */
export async function tlsDemands({ mode, caFile }: TlsSettings): Promise<TlsDemands | undefined> {
  if (mode === 'disabled') return undefined;
  const isVerified = mode === 'verify-ca' || mode === 'verify-full';
  return { ca: caFile === null ? undefined : await readAuthorities(caFile), rejectUnauthorized: isVerified, verifyIdentity: mode === 'verify-full' };
}

async function readAuthorities(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConnectionError('CONNECTION_CA_FILE', { message: `tls.ca_file ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}.`, details: { path }, cause });
  }
}

/** Whether a mode refuses a session that is not encrypted. */
export function mustEncrypt(mode: TlsMode): boolean {
  return mode !== 'disabled' && mode !== 'preferred';
}
