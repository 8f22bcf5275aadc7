import { Bucket } from './bucket.ts';
import type { Change } from './change.ts';
import type { Segment } from './stored-object.ts';

/**
 * Applies one change to the buckets in memory.
 *
 * @returns the segments that nothing in the changed place names any more
 */
export function applyChange(buckets: Map<string, Bucket>, change: Change): Segment[] {
  if (change.kind === 'bucket-created') {
    buckets.set(change.bucket, new Bucket(change.bucket, change.createdAt));
    return [];
  }
  const bucket = buckets.get(change.bucket);
  if (!bucket) throw new Error(`journal names the bucket ${change.bucket}, which does not exist`);
  switch (change.kind) {
    case 'bucket-deleted':
      buckets.delete(change.bucket);
      return [...bucket.uploads.values()].flatMap((upload) => [...upload.parts.values()].map((part) => part.segment));
    case 'versioning-set':
      bucket.versioning = change.status;
      return [];
    case 'version-added':
      return bucket.objects.add(change.key, change.version)?.segments ?? [];
    case 'version-removed':
      return bucket.objects.remove(change.key, change.versionId)?.segments ?? [];
    case 'upload-created':
      bucket.uploads.set(change.upload.uploadId, { ...change.upload, parts: new Map() });
      return [];
    case 'part-stored': {
      const parts = bucket.uploads.get(change.uploadId)?.parts;
      const replaced = parts?.get(change.part.partNumber);
      parts?.set(change.part.partNumber, change.part);
      return replaced ? [replaced.segment] : [];
    }
    case 'upload-ended': {
      const parts = bucket.uploads.get(change.uploadId)?.parts;
      bucket.uploads.delete(change.uploadId);
      return [...(parts?.values() ?? [])].map((part) => part.segment);
    }
  }
}

/** The changes that would make these buckets from nothing. */
export function* describeBuckets(buckets: Iterable<Bucket>): Generator<Change> {
  for (const bucket of buckets) {
    yield { kind: 'bucket-created', bucket: bucket.name, createdAt: bucket.createdAt };
    if (bucket.versioning) yield { kind: 'versioning-set', bucket: bucket.name, status: bucket.versioning };
    for (const key of bucket.objects.keys) {
      for (const version of bucket.objects.versions(key)) yield { kind: 'version-added', bucket: bucket.name, key, version };
    }
    for (const { parts, ...upload } of bucket.uploads.values()) {
      yield { kind: 'upload-created', bucket: bucket.name, upload };
      for (const part of parts.values()) yield { kind: 'part-stored', bucket: bucket.name, uploadId: upload.uploadId, part };
    }
  }
}
