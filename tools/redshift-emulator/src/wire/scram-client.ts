import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The client side of SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677). */
export class ScramClient {
  readonly first: string;
  readonly #password: string;
  readonly #nonce: string;

  constructor(password: string) {
    this.#password = password;
    this.#nonce = randomBytes(18).toString('base64');
    this.first = `n,,n=*,r=${this.#nonce}`;
  }

  /** The final client message for a server's first message. */
  final(serverFirst: string): string {
    const attributes = new Map(serverFirst.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
    const nonce = attributes.get('r') ?? '';
    if (!nonce.startsWith(this.#nonce)) throw new Error('The server answered SCRAM with another nonce.');
    const salted = pbkdf2Sync(this.#password.normalize('NFKC'), Buffer.from(attributes.get('s') ?? '', 'base64'), Number(attributes.get('i')), 32, 'sha256');
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${nonce}`;
    const signature = hmac(sha256(clientKey), `${this.first.slice(3)},${serverFirst},${withoutProof}`);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ signature[index]!));
    return `${withoutProof},p=${proof.toString('base64')}`;
  }
}
