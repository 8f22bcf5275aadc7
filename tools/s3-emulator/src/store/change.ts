import type { ObjectVersion, Upload, UploadedPart, VersioningStatus } from './stored-object.ts';

/** A change of the metadata, as memory and the journal take it. */
export type Change =
  | { kind: 'bucket-created'; bucket: string; createdAt: number }
  | { kind: 'bucket-deleted'; bucket: string }
  | { kind: 'versioning-set'; bucket: string; status: VersioningStatus }
  | { kind: 'version-added'; bucket: string; key: string; version: ObjectVersion }
  | { kind: 'version-removed'; bucket: string; key: string; versionId: string }
  | { kind: 'upload-created'; bucket: string; upload: Omit<Upload, 'parts'> }
  | { kind: 'part-stored'; bucket: string; uploadId: string; part: UploadedPart }
  | { kind: 'upload-ended'; bucket: string; uploadId: string };
