import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@tidemark/domain';
import { makeTlsAuthority, startMariadb, startRedshift, startS3, type CertificateWish, type MariadbServer, type RedshiftServer, type S3Server, type TlsAuthority, type TlsCertificate } from '@tidemark/local-stack';
import { openMysqlConnection } from './mysql-connection.ts';
import { openRedshiftClient } from './redshift-client.ts';
import type { TlsMode, TlsSettings } from './tls-options.ts';

const DAY_MS = 86_400_000;
const CERTIFICATES: Readonly<Record<string, CertificateWish>> = {
  right: {},
  'of another host': { dnsNames: ['db.example.com'], ipAddresses: [] },
  'of its address only': { dnsNames: [], ipAddresses: ['127.0.0.1'] },
  'of localhost only': { dnsNames: ['localhost'], ipAddresses: [] },
  expired: { validFromMs: Date.now() - 9 * DAY_MS, validToMs: Date.now() - 2 * DAY_MS },
};
type Shown = keyof typeof CERTIFICATES | 'none';

let authority: TlsAuthority;
let folder: string;
let files: { readonly authority: string; readonly other: string };
beforeAll(async () => {
  authority = makeTlsAuthority();
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  files = { authority: join(folder, 'authority.pem'), other: join(folder, 'other.pem') };
  await writeFile(files.authority, authority.certPem);
  await writeFile(files.other, makeTlsAuthority('another authority').certPem);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const UNTRUSTED = /no authority that is trusted signed its certificate|unable to verify the first certificate/;
const OTHER_HOST = /certificate is for another host name|does not match certificate's altnames/;

/** What each mode gives with each certificate, and the authority that is trusted. */
const CASES: readonly (readonly [shown: Shown, mode: TlsMode, trusted: 'authority' | 'other' | null, outcome: 'encrypted' | 'plain' | RegExp])[] = [
  ['right', 'disabled', null, 'plain'],
  ['right', 'preferred', null, 'encrypted'],
  ['right', 'required', null, 'encrypted'],
  ['right', 'verify-ca', 'authority', 'encrypted'],
  ['right', 'verify-full', 'authority', 'encrypted'],
  ['right', 'verify-ca', 'other', UNTRUSTED],
  ['right', 'verify-full', null, UNTRUSTED],
  ['of another host', 'required', null, 'encrypted'],
  ['of another host', 'verify-ca', 'authority', 'encrypted'],
  ['of another host', 'verify-full', 'authority', OTHER_HOST],
  ['of its address only', 'verify-full', 'authority', 'encrypted'],
  ['of localhost only', 'verify-full', 'authority', OTHER_HOST],
  ['expired', 'required', null, 'encrypted'],
  ['expired', 'verify-ca', 'authority', /certificate has expired/],
  ['expired', 'verify-full', 'authority', /certificate has expired/],
  ['none', 'preferred', null, 'plain'],
  ['none', 'required', null, /No TLS session of mode required/],
  ['none', 'verify-full', 'authority', /No TLS session of mode verify-full/],
];

const settings = (mode: TlsMode, trusted: 'authority' | 'other' | null): TlsSettings => ({ mode, caFile: trusted === null ? null : files[trusted] });
const nameOf = ([shown, mode, trusted]: (typeof CASES)[number]): string => `a certificate ${shown}, mode ${mode}, trusting ${trusted ?? 'those of Node'}`;

async function certificateFiles(certificate: TlsCertificate): Promise<string[]> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(cert, certificate.certPem);
  await writeFile(key, certificate.keyPem);
  return [`--ssl-cert=${cert}`, `--ssl-key=${key}`];
}

describe('MySQL', () => {
  const servers = new Map<Shown, MariadbServer>();
  beforeAll(async () => {
    for (const [shown, wish] of Object.entries(CERTIFICATES)) servers.set(shown, await startMariadb({ serverArgs: await certificateFiles(authority.issue(wish)) }));
    servers.set('none', await startMariadb({ serverArgs: ['--skip-ssl'] }));
  });
  afterAll(async () => {
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
  });

  test.each(CASES.map((row) => [nameOf(row), ...row] as const))('%s', async (_name, shown, mode, trusted, outcome) => {
    const { host, port, reader } = servers.get(shown)!;
    const opening = openMysqlConnection({ name: 'SHOP_RO', host, port, database: 'information_schema', username: reader.username, password: new Secret(reader.password), tls: settings(mode, trusted) });
    if (outcome instanceof RegExp) return expect(opening).rejects.toMatchObject({ code: 'SOURCE_TLS', exit: 13, retry: 'never', message: expect.stringMatching(outcome) });
    const connection = await opening;
    const cipher = await new Promise<string>((resolve, reject) => connection.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", (error, rows) => (error === null ? resolve((rows as { Value: string }[])[0]!.Value) : reject(error))));
    connection.destroy();
    expect(cipher === '' ? 'plain' : 'encrypted').toBe(outcome);
  });
});

describe('Redshift', () => {
  const servers = new Map<Shown, RedshiftServer>();
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3();
    for (const [shown, wish] of Object.entries(CERTIFICATES)) servers.set(shown, await startRedshift({ s3, tls: authority.issue(wish) }));
    servers.set('none', await startRedshift({ s3, tls: null }));
  });
  afterAll(async () => {
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
    await s3[Symbol.asyncDispose]();
  });
  const options = (server: RedshiftServer, tls: TlsSettings) => ({ name: 'dw', host: server.host, port: server.port, database: server.database, username: server.loader.username, password: new Secret(server.loader.password), queryGroup: null, tls });

  test.each(CASES.map((row) => [nameOf(row), ...row] as const))('%s', async (_name, shown, mode, trusted, outcome) => {
    const opening = openRedshiftClient(options(servers.get(shown)!, settings(mode, trusted)));
    if (outcome instanceof RegExp) return expect(opening).rejects.toMatchObject({ code: 'TARGET_TLS', exit: 15, retry: 'never', message: expect.stringMatching(outcome) });
    const client = await opening;
    const { stream } = (client as unknown as { connection: { stream: { encrypted?: boolean } } }).connection;
    await client.end();
    expect(stream.encrypted === true ? 'encrypted' : 'plain').toBe(outcome);
  });

  test('a server that asks for TLS refuses the mode disabled, and says so', async () => {
    await using server = await startRedshift({ s3, requireTls: true });
    await expect(openRedshiftClient(options(server, settings('disabled', null)))).rejects.toMatchObject({ code: 'TARGET_TLS', message: expect.stringContaining('No TLS session of mode disabled with the target dw') });
    const client = await openRedshiftClient(options(server, settings('preferred', null)));
    await client.end();
  });
});
