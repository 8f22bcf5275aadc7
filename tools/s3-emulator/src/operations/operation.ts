import type { Authenticated } from '../auth/authenticate.ts';
import type { ReceivedBody } from '../body/receive-body.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import type { S3Request } from '../http/s3-request.ts';
import type { Bucket } from '../store/bucket.ts';
import type { S3Store } from '../store/s3-store.ts';
import type { Segment } from '../store/stored-object.ts';
import type { KeyListing } from './key-listing.ts';

/** The body of an answer that comes from stored files: the bytes from `start` to before `end`. */
export interface StoredBody {
  segments: readonly Segment[];
  start: number;
  end: number;
}

export interface S3Response {
  status: number;
  /** Undefined values are left out. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** Text is XML. */
  body?: string | StoredBody;
}

/** A body that has arrived whole, was verified and lies in a file nobody can read yet. */
export interface StagedBody extends ReceivedBody {
  segment: Segment;
  /** Makes the file readable. */
  publish(): Promise<void>;
  /** Removes the file, unless it was published. */
  discard(): Promise<void>;
}

/** The places where a fault can hold a request inside an operation. */
export type Checkpoint = 'received' | 'commit';

/** What an operation works with. */
export interface OperationContext {
  request: S3Request;
  identity: Authenticated;
  store: S3Store;
  region: string;
  /** The bucket of the address; `NoSuchBucket` when it does not exist. */
  bucket(): Bucket;
  /** The key of the address. */
  key: string;
  /** The body of an `xml` operation, verified. */
  xml: Buffer;
  /** Takes the body of a `stream` operation into a file. */
  receive(defaultChecksum: ChecksumAlgorithm): Promise<StagedBody>;
  checkpoint(name: Checkpoint): Promise<void>;
  /** What a listing of the bucket shows: as a rule, what is there. */
  listing(bucket: Bucket): KeyListing;
  /** Whether a fault makes the deletion of this key fail. */
  failsToDelete(key: string): boolean;
}

export interface Operation {
  name: string;
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  level: 'service' | 'bucket' | 'object';
  /** The IAM action that the access key needs on the address. */
  action: string;
  /** Query parameters that select this operation, with their value where it matters. */
  select?: readonly string[];
  /** A header that selects this operation. */
  selectHeader?: string;
  /** Other query parameters it understands. */
  query?: readonly string[];
  /** `x-amz-*` and conditional headers it understands, beside those of every request. A trailing `*` stands for any rest. */
  headers?: readonly string[];
  body: 'none' | 'xml' | 'stream';
  /** The checksum headers speak of an object, not of the body of the request. */
  checksumOfObject?: boolean;
  run(context: OperationContext): Promise<S3Response> | S3Response;
}
