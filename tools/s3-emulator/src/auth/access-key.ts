import { S3Error } from '../errors.ts';

/** What the server knows of one access key. */
export interface AccessKey {
  secret: string;
  /** Present for temporary credentials: every request must carry it. */
  sessionToken?: string;
  /**
   * What is refused with AccessDenied. An entry is an action (`s3:PutObject`), a resource (`bucket`, `bucket/key`, `bucket/prefix*`),
   * or both with a blank between them (`s3:DeleteObject bucket/prefix*`).
   */
  deny?: readonly string[];
}

export type AccessKeys = Readonly<Record<string, AccessKey>>;

/** Whether `key` may do `action` on a bucket or object. */
export function isAllowed(key: AccessKey, action: string, bucket: string | undefined, objectKey?: string): boolean {
  const resource = objectKey === undefined ? bucket : `${bucket}/${objectKey}`;
  return !(key.deny ?? []).some((entry) => denies(entry, action, bucket, resource));
}

/** @throws S3Error `AccessDenied` */
export function requireAllowed(key: AccessKey, action: string, bucket: string | undefined, objectKey?: string): void {
  if (!isAllowed(key, action, bucket, objectKey)) throw new S3Error('AccessDenied');
}

function denies(entry: string, action: string, bucket: string | undefined, resource: string | undefined): boolean {
  if (!entry.startsWith('s3:')) return matchesResource(entry, bucket, resource);
  const blank = entry.indexOf(' ');
  if (blank < 0) return entry === action;
  return entry.slice(0, blank) === action && matchesResource(entry.slice(blank + 1), bucket, resource);
}

function matchesResource(pattern: string, bucket: string | undefined, resource: string | undefined): boolean {
  if (resource === undefined) return false;
  if (pattern.endsWith('*')) return resource.startsWith(pattern.slice(0, -1));
  return pattern === resource || pattern === bucket;
}
