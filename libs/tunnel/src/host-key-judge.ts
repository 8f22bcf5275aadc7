import { readFile } from 'node:fs/promises';
import { TunnelError } from './errors.ts';
import { fingerprintOf, judgeHostKey, knownAlgorithms, knownHostsLine, type HostKeyVerdict } from './known-hosts.ts';
import type { SshHost } from './tunnel-options.ts';

/** Decides over the key that a server shows. */
export interface HostKeyJudge {
  /** Null when the key is the known one. */
  readonly refusal: (key: Buffer) => TunnelError | null;
  /** The algorithms to ask for; empty: any. */
  readonly algorithms: readonly string[];
}

const SENTENCES: Readonly<Record<Exclude<HostKeyVerdict, 'known'>, (path: string) => string>> = {
  unknown: (path) => `which ${path} does not have`,
  authority: (path) => `and ${path} only names an authority for it (@cert-authority): certificates of hosts are not read`,
  revoked: (path) => `which ${path} revokes`,
  changed: (path) => `${path} has another one for it`,
};

/**
 * Holds a server's key against its fingerprint, else against known_hosts. A file that is not there knows no key.
 * @throws TunnelError `TUNNEL_KNOWN_HOSTS`
 */
export async function hostKeyJudge(server: SshHost): Promise<HostKeyJudge> {
  const { host, port, hostKeySha256, knownHostsPath } = server;
  if (hostKeySha256 !== null) {
    return { algorithms: [], refusal: (key) => (fingerprintOf(key) === hostKeySha256 ? null : refused('TUNNEL_HOST_KEY_CHANGED', server, `host_key_sha256 is ${hostKeySha256}`, key)) };
  }
  const path = knownHostsPath ?? 'known_hosts';
  const text = knownHostsPath === null ? '' : await readKnownHosts(knownHostsPath);
  const refusal: HostKeyJudge['refusal'] = (key) => {
    const verdict = judgeHostKey(text, host, port, key);
    if (verdict === 'known') return null;
    const isNew = verdict === 'unknown' || verdict === 'authority';
    return refused(isNew ? 'TUNNEL_HOST_KEY_UNKNOWN' : 'TUNNEL_HOST_KEY_CHANGED', server, SENTENCES[verdict](path), key);
  };
  return { refusal, algorithms: knownAlgorithms(text, host, port) };
}

async function readKnownHosts(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new TunnelError('TUNNEL_KNOWN_HOSTS', { message: `${path} cannot be read: ${cause.code ?? 'unknown'}.`, details: { path }, cause });
  });
}

function refused(code: 'TUNNEL_HOST_KEY_UNKNOWN' | 'TUNNEL_HOST_KEY_CHANGED', { host, port, knownHostsPath }: SshHost, sentence: string, key: Buffer): TunnelError {
  const line = knownHostsLine(host, port, key);
  const add = `Check the fingerprint with the server’s administrator, then add this line to ${knownHostsPath ?? 'known_hosts'}: ${line}`;
  return new TunnelError(code, {
    message: `${host}:${port} shows the host key ${fingerprintOf(key)}, ${sentence}.`,
    details: { host, port, fingerprint: fingerprintOf(key), knownHostsLine: line },
    ...(code === 'TUNNEL_HOST_KEY_UNKNOWN' ? { remedy: [add] } : {}),
  });
}
