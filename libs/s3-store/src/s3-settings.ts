import type { Logger, Secret } from '@tidemark/domain';
import type { RetrySettings } from './retry.ts';

export interface S3StoreSettings {
  readonly bucket: string;
  readonly region: string;
  /** URL of an S3-compatible store; null or absent for Amazon S3. */
  readonly endpoint?: string | null;
  /** Bucket in the path instead of the host name. */
  readonly forcePathStyle?: boolean;
  /** Null or absent: the default AWS credential chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: Secret; readonly sessionToken: Secret | null } | null;
  readonly retry?: Partial<RetrySettings>;
  /** Longest wait for a connection; 5 s by default. */
  readonly connectTimeoutMs?: number;
  /** Longest silence within a request; 20 s by default, so that a lease of a minute survives a stalled renewal. */
  readonly idleTimeoutMs?: number;
  /** Longest wait for the answer to a small request as long as the store has not answered any; 10 s by default. */
  readonly firstAnswerTimeoutMs?: number;
  /** Connections at once; 20 by default. */
  readonly maxConnections?: number;
  /** Size of the pieces of an upload, 5 to 16 MiB; 8 MiB by default. Objects that fit into one piece are sent in one request. */
  readonly pieceBytes?: number;
  /** Pieces of one upload on their way at once; 3 by default. */
  readonly uploadConcurrency?: number;
  /**
   * Whether signatures cover the bytes of written objects, which costs their sha256. By default only over plain HTTP: TLS protects
   * them too, and their CRC-32 is signed in any case. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
   */
  readonly signPayload?: boolean;
  readonly logger?: Logger;
}

const MIB = 1024 * 1024;

/** The size of upload pieces, checked. S3 takes no piece below 5 MiB but the last. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export function pieceBytesOf(settings: S3StoreSettings): number {
  const pieceBytes = settings.pieceBytes ?? 8 * MIB;
  if (!Number.isInteger(pieceBytes) || pieceBytes < 5 * MIB || pieceBytes > 16 * MIB) throw new RangeError(`pieceBytes must be 5 to 16 MiB, not ${pieceBytes}.`);
  return pieceBytes;
}
