import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and its self-signed certificate, both PEM. The certificate is also the authority to trust. */
export interface TlsCertificate {
  readonly certPem: string;
  readonly keyPem: string;
}

/** What a certificate is for, and how long. */
export interface CertificateWish {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Milliseconds since 1970; from yesterday for ten years when left out. */
  readonly validFromMs?: number;
  readonly validToMs?: number;
}

/** A private certificate authority. */
export interface TlsAuthority {
  /** PEM of its own certificate, for `ca`. */
  readonly certPem: string;
  /** Signs a certificate for a server. */
  issue(wish?: CertificateWish): TlsCertificate;
}

/**
 * Makes a certificate for local servers: EC P-256, valid from yesterday for ten years, for `127.0.0.1`, `::1` and `localhost`
 * (or the names given), usable as its own certificate authority.
 *
 * Node can sign but has no call that writes a certificate, so the DER of RFC 5280 is put together here.
 */
export function makeTlsCertificate(dnsNames: readonly string[] = LOCAL_NAMES, ipAddresses: readonly string[] = LOCAL_ADDRESSES): TlsCertificate {
  const keys = newKeys();
  return written(keys, { subject: SERVER_NAME, issuer: SERVER_NAME, isAuthority: true, dnsNames, ipAddresses }, keys.privateKey);
}

/** Makes an authority of its own, as a company has one. */
export function makeTlsAuthority(name = AUTHORITY_NAME): TlsAuthority {
  const keys = newKeys();
  const { certPem } = written(keys, { subject: name, issuer: name, isAuthority: true, dnsNames: [], ipAddresses: [] }, keys.privateKey);
  const issue = ({ dnsNames = LOCAL_NAMES, ipAddresses = LOCAL_ADDRESSES, ...validity }: CertificateWish = {}): TlsCertificate =>
    written(newKeys(), { subject: SERVER_NAME, issuer: name, isAuthority: false, dnsNames, ipAddresses, ...validity }, keys.privateKey);
  return { certPem, issue };
}

const LOCAL_NAMES = ['localhost'];
const LOCAL_ADDRESSES = ['127.0.0.1', '::1'];
const SERVER_NAME = 'tidemark local server';
const AUTHORITY_NAME = 'tidemark local authority';
const DAY_MS = 86_400_000;

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface CertificateFields extends CertificateWish {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly subject: string;
  readonly issuer: string;
  readonly isAuthority: boolean;
}

function newKeys(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function written(keys: KeyPair, fields: CertificateFields, signer: KeyObject): TlsCertificate {
  const body = certificateBody(keys.publicKey, fields);
  const signature = sign('sha256', body, signer);
  const certificate = sequence(body, ECDSA_WITH_SHA256, tlv(0x03, Buffer.from([0]), signature));
  return {
    certPem: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
    keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function certificateBody(publicKey: KeyObject, { subject, issuer, isAuthority, dnsNames, ipAddresses, validFromMs = Date.now() - DAY_MS, validToMs = Date.now() + 3650 * DAY_MS }: CertificateFields): Buffer {
  const serial = randomBytes(8);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const names = sequence(
    ...dnsNames.map((dns) => tlv(0x82, Buffer.from(dns, 'ascii'))),
    ...ipAddresses.map((ip) => tlv(0x87, ipBytes(ip))),
  );
  const extensions = sequence(
    extension('551d13', isAuthority ? sequence(tlv(0x01, Buffer.from([0xff]))) : sequence(), true), // basicConstraints
    extension('551d0f', tlv(0x03, isAuthority ? Buffer.from([1, 0x86]) : Buffer.from([7, 0x80])), true), // keyUsage: digitalSignature, and keyCertSign, cRLSign of an authority
    extension('551d25', sequence(oid('2b06010505070301'))), // extKeyUsage: serverAuth
    ...(dnsNames.length + ipAddresses.length === 0 ? [] : [extension('551d11', names)]), // subjectAltName
  );
  return sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, serial),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer),
    sequence(time(validFromMs), time(validToMs)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions),
  );
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(commonName)))));
}

function tlv(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...contents: Buffer[]): Buffer {
  return tlv(0x30, ...contents);
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758). */
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

function extension(hexOid: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(hexOid), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value));
}

/** UTCTime: both ends of ten years stay before 2050, from where RFC 5280 wants another form. */
function time(epochMs: number): Buffer {
  return tlv(0x17, Buffer.from(`${new Date(epochMs).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

function ipBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail);
  const all = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
