import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

interface HostLine {
  readonly marker: string | null;
  readonly hosts: string;
  readonly keyType: string;
  readonly key: string;
}

/** What a known_hosts text says about a server's key. */
export type HostKeyVerdict = 'known' | 'changed' | 'revoked' | 'authority' | 'unknown';

/**
 * Looks a host key up in a known_hosts text, hashed names and patterns included.
 * Format: https://man.openbsd.org/sshd.8#SSH_KNOWN_HOSTS_FILE_FORMAT
 *
 * @param key the key blob as the server sent it
 */
export function judgeHostKey(knownHosts: string, host: string, port: number, key: Buffer): HostKeyVerdict {
  const shown = key.toString('base64');
  const lines = linesOf(knownHosts, host, port);
  if (lines.some((line) => line.marker === '@revoked' && line.key === shown)) return 'revoked';
  const trusted = lines.filter((line) => line.marker === null);
  if (trusted.some((line) => line.key === shown)) return 'known';
  if (trusted.length > 0) return 'changed';
  return lines.some((line) => line.marker === '@cert-authority') ? 'authority' : 'unknown';
}

/** Signature algorithms by key type, strongest first (RFC 8332 for RSA). */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = { 'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'] };

/** The host key algorithms for which a key of the server is known: asking for these keeps another good key from looking changed. */
export function knownAlgorithms(knownHosts: string, host: string, port: number): readonly string[] {
  const types = linesOf(knownHosts, host, port).filter((line) => line.marker === null).map((line) => line.keyType);
  return [...new Set(types.flatMap((type) => ALGORITHMS[type] ?? [type]))];
}

function linesOf(knownHosts: string, host: string, port: number): HostLine[] {
  const name = hostName(host, port);
  return knownHosts.split(/\r?\n/).map(parseLine).filter((line) => line !== null).filter((line) => matchesHost(line.hosts, name));
}

/** The line that makes a key known. */
export function knownHostsLine(host: string, port: number, key: Buffer): string {
  return `${hostName(host, port)} ${keyTypeOf(key)} ${key.toString('base64')}`;
}

/** `SHA256:` and base64 without padding, as ssh-keygen prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function hostName(host: string, port: number): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** The first string of an ssh key blob: 4-byte length, then the type's name. */
function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function parseLine(text: string): HostLine | null {
  const fields = text.trim().split(/\s+/);
  if (fields[0] === '' || fields[0]?.startsWith('#')) return null;
  const marker = fields[0]?.startsWith('@') ? fields.shift()! : null;
  const [hosts, keyType, key] = fields;
  return hosts === undefined || keyType === undefined || key === undefined ? null : { marker, hosts, keyType, key };
}

function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHashed(hosts, name);
  let matches = false;
  for (const pattern of hosts.split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!patternOf(isNegated ? pattern.slice(1) : pattern).test(name)) continue;
    if (isNegated) return false;
    matches = true;
  }
  return matches;
}

function matchesHashed(entry: string, name: string): boolean {
  const [, , salt, hash] = entry.split('|');
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function patternOf(pattern: string): RegExp {
  const source = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
