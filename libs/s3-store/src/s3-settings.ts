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
  /** `adaptive`: requests wait for each other after the store asked to slow down, as the AWS SDKs do. `standard` by default. */
  readonly retryMode?: 'standard' | 'adaptive';
  /** Longest wait for a connection; 5 s by default. */
  readonly connectTimeoutMs?: number;
  /** Longest silence within a request; 20 s by default, so that a lease of a minute survives a stalled renewal. */
  readonly idleTimeoutMs?: number;
  /** Longest wait for the answer to a small request as long as the store has not answered any; 10 s by default. */
  readonly firstAnswerTimeoutMs?: number;
  /** Connections at once; 20 by default. */
  readonly maxConnections?: number;
  /** Size of the pieces of an upload, 5 to 512 MiB; 8 MiB by default. An upload holds `uploadConcurrency` + 1 of them in memory. */
  readonly pieceBytes?: number;
  /** Objects up to this size are sent in one request; one piece by default. They are held in memory until then. */
  readonly wholeBytes?: number;
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
  if (!Number.isInteger(pieceBytes) || pieceBytes < 5 * MIB || pieceBytes > 512 * MIB) throw new RangeError(`pieceBytes must be 5 to 512 MiB, not ${pieceBytes}.`);
  return pieceBytes;
}

/** S3 takes at most 5 GiB in one PUT. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const MAX_WHOLE_BYTES = 5 * 1024 * MIB;

/** The size up to which an object is sent in one request, checked. */
export function wholeBytesOf(settings: S3StoreSettings): number {
  const wholeBytes = settings.wholeBytes ?? pieceBytesOf(settings);
  if (!Number.isInteger(wholeBytes) || wholeBytes < 0 || wholeBytes > MAX_WHOLE_BYTES) throw new RangeError(`wholeBytes must be at most 5 GiB, not ${wholeBytes}.`);
  return wholeBytes;
}
