import { timingSafeEqual } from 'node:crypto';
import { S3Error } from '../errors.ts';
import { EMPTY_SHA256, scopeText, sign } from './canonical-request.ts';
import type { CredentialScope } from './canonical-request.ts';

/**
 * Checks the chain of chunk signatures: each covers the one before it, the first covers the signature of the request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export class ChunkSigner {
  readonly #key: Buffer;
  readonly #amzDate: string;
  readonly #scope: string;
  #previous: string;

  constructor(key: Buffer, amzDate: string, scope: CredentialScope, seedSignature: string) {
    this.#key = key;
    this.#amzDate = amzDate;
    this.#scope = scopeText(scope);
    this.#previous = seedSignature;
  }

  /** @throws S3Error `SignatureDoesNotMatch` */
  checkChunk(dataSha256: string, signature: string): void {
    this.#check(['AWS4-HMAC-SHA256-PAYLOAD', this.#amzDate, this.#scope, this.#previous, EMPTY_SHA256, dataSha256], signature);
  }

  /**
   * @param trailerSha256 hash over the `name:value\n` lines of the trailer
   * @throws S3Error `SignatureDoesNotMatch`
   */
  checkTrailer(trailerSha256: string, signature: string): void {
    this.#check(['AWS4-HMAC-SHA256-TRAILER', this.#amzDate, this.#scope, this.#previous, trailerSha256], signature);
  }

  #check(lines: string[], signature: string): void {
    const expected = sign(this.#key, lines.join('\n'));
    if (!sameText(expected, signature)) throw new S3Error('SignatureDoesNotMatch');
    this.#previous = signature;
  }
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
