import { S3Error } from '../errors.ts';
import type { Bucket } from '../store/bucket.ts';
import type { KeyWatch } from '../store/object-index.ts';

/** The precondition of a write. */
export type WriteCondition = { kind: 'absent' } | { kind: 'etag'; etag: string };

/**
 * Reads `If-None-Match: *` and `If-Match: etag`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws S3Error `NotImplemented` for other values and for both at once
 */
export function readWriteCondition(headers: Readonly<Record<string, string>>): WriteCondition | undefined {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || ifMatch !== undefined)) throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } });
  if (ifNoneMatch !== undefined) return { kind: 'absent' };
  if (ifMatch === undefined) return undefined;
  if (ifMatch === '*' || ifMatch.includes(',')) throw new S3Error('NotImplemented', { details: { Header: 'If-Match' } });
  return { kind: 'etag', etag: unquote(ifMatch) };
}

/** @throws S3Error `PreconditionFailed`, `NoSuchKey` when an ETag is asked of nothing */
function requireCondition(condition: WriteCondition, bucket: Bucket, key: string): void {
  const current = bucket.objects.current(key);
  if (condition.kind === 'absent') {
    if (current) throw new S3Error('PreconditionFailed', { details: { Condition: 'If-None-Match' } });
    return;
  }
  if (!current) throw new S3Error('NoSuchKey', { details: { Key: key } });
  if (current.etag !== condition.etag) throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
}

export interface ConditionalCommit<T> {
  bucket: Bucket;
  key: string;
  condition: WriteCondition | undefined;
  /** Begun when the request came in. */
  watch: KeyWatch;
  /** Runs while other conditional writes of the key are refused. */
  prepare: () => Promise<void>;
  /** Makes the write visible, at once. */
  commit: () => T;
}

/**
 * Commits a write under its condition. The condition is judged when the body is there, and again when everything is prepared:
 * a condition that does not hold is 412 (404 for If-Match on nothing); a condition that holds although the key was written or
 * deleted meanwhile, or while another conditional write of the key commits, is 409.
 *
 * @throws S3Error `PreconditionFailed`, `NoSuchKey`, `ConditionalRequestConflict`
 */
export async function commitUnderCondition<T>({ bucket, key, condition, watch, prepare, commit }: ConditionalCommit<T>): Promise<T> {
  if (!condition) {
    await prepare();
    return commit();
  }
  requireCondition(condition, bucket, key);
  if (watch.changed || bucket.committing.has(key)) throw new S3Error('ConditionalRequestConflict', { details: { Key: key } });
  bucket.committing.add(key);
  try {
    await prepare();
    requireCondition(condition, bucket, key);
    if (watch.changed) throw new S3Error('ConditionalRequestConflict', { details: { Key: key } });
    return commit();
  } finally {
    bucket.committing.delete(key);
  }
}

/** An ETag without its quotes. */
export function unquote(etag: string): string {
  const text = etag.trim();
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
