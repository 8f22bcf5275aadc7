import { S3Error } from '../errors.ts';
import type { ChunkSigner } from './chunk-signer.ts';

/** How the body of a request is protected, as `x-amz-content-sha256` says. */
export type Payload =
  | { kind: 'hashed'; sha256: string }
  | { kind: 'unsigned' }
  /** aws-chunked; with a signer every chunk carries a signature. */
  | { kind: 'chunked'; trailer: boolean; signer?: ChunkSigner };

const STREAMING = {
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, trailer: true },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, trailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, trailer: true },
} as const;

/**
 * Reads a `x-amz-content-sha256` value.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 *
 * @param makeSigner called when the chunks are signed
 * @throws S3Error `InvalidArgument`, `NotImplemented`
 */
export function parsePayload(value: string, makeSigner: () => ChunkSigner): Payload {
  if (value === 'UNSIGNED-PAYLOAD') return { kind: 'unsigned' };
  if (/^[0-9a-f]{64}$/.test(value)) return { kind: 'hashed', sha256: value };
  if (Object.hasOwn(STREAMING, value)) {
    const { signed, trailer } = STREAMING[value as keyof typeof STREAMING];
    return signed ? { kind: 'chunked', trailer, signer: makeSigner() } : { kind: 'chunked', trailer };
  }
  if (value.startsWith('STREAMING-')) throw new S3Error('NotImplemented', { details: { Header: 'x-amz-content-sha256' } });
  throw new S3Error('InvalidArgument', {
    message: 'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    details: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value },
  });
}
