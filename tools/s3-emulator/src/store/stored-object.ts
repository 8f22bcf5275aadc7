import type { StoredChecksum } from '../checksum/checksum-algorithm.ts';

/** A file that holds bytes of an object; its name is made up by the store and says nothing of the key. */
export interface Segment {
  file: string;
  size: number;
}

/** The version id of objects written while versioning is off or suspended. */
export const NULL_VERSION = 'null';

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  versionId: string;
  /** Milliseconds since 1970, whole seconds. */
  lastModified: number;
  deleteMarker: boolean;
  /** Without quotes. */
  etag: string;
  size: number;
  /** The body, in order. */
  segments: Segment[];
  /** `content-type` and the like, lower-case names. */
  headers: Record<string, string>;
  /** User metadata, names without `x-amz-meta-`. */
  metadata: Record<string, string>;
  checksum?: StoredChecksum;
}

/** An object that has no version id and date yet. */
export type ObjectDraft = Omit<ObjectVersion, 'versionId' | 'lastModified' | 'deleteMarker'>;

export interface UploadedPart {
  partNumber: number;
  lastModified: number;
  etag: string;
  segment: Segment;
  /** base64, by the upload's algorithm */
  checksum: string;
}

export interface Upload {
  uploadId: string;
  key: string;
  initiated: number;
  headers: Record<string, string>;
  metadata: Record<string, string>;
  checksumAlgorithm: StoredChecksum['algorithm'];
  checksumType: StoredChecksum['type'];
  /** Whether the client named the algorithm. */
  checksumRequested: boolean;
  parts: Map<number, UploadedPart>;
}

export type VersioningStatus = 'Enabled' | 'Suspended';
