import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import { TunnelError } from './errors.ts';
import type { SshHost } from './tunnel-options.ts';

/**
 * Reads and opens a private key, so that a wrong file or passphrase is found before a server is asked.
 * @throws TunnelError `TUNNEL_PRIVATE_KEY`
 */
export async function readPrivateKey({ privateKeyPath: path, passphrase }: SshHost): Promise<Buffer | null> {
  if (path === null) return null;
  const text = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new TunnelError('TUNNEL_PRIVATE_KEY', { message: `The private key ${path} cannot be read: ${cause.code ?? 'unknown'}.`, details: { path }, cause });
  });
  const parsed = ssh2.utils.parseKey(text, passphrase?.reveal());
  if (parsed instanceof Error) {
    const doubt = passphrase === null ? 'without a passphrase' : 'with the given passphrase';
    throw new TunnelError('TUNNEL_PRIVATE_KEY', { message: `The private key ${path} cannot be opened ${doubt}: ${parsed.message}.`, details: { path }, cause: parsed });
  }
  const [key] = Array.isArray(parsed) ? parsed : [parsed];
  if (key?.isPrivateKey() !== true) throw new TunnelError('TUNNEL_PRIVATE_KEY', { message: `${path} holds a public key, not the private one.`, details: { path } });
  return text;
}
