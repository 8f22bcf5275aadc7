import type { S3ErrorCode } from '../errors.ts';

/** Which requests a fault meets; what is left out meets all. */
export interface FaultMatch {
  method?: string;
  /** The name of the S3 operation, e.g. `PutObject`. */
  operation?: string;
  bucket?: string;
  /** A whole key, or a pattern. */
  key?: string | RegExp;
  /** The first matching request that is met, counted from 1. */
  nth?: number;
}

/**
 * What happens to a request. Requests to which an action cannot happen, such as `cut-body` to a PUT, are neither met nor counted.
 *
 * Before anything is read or checked:
 * - `error`: answered with `code`; `error-500` and `slow-down-503` are InternalError and SlowDown
 * - `reset-before`: the connection is reset
 * - `delay`: it waits `delayMs`
 * - `hold-before`: it waits for its release
 *
 * Inside a write:
 * - `hold-received`: held when the body is there and verified, before its condition is judged; once released it is carried out even
 *   if its client is gone
 * - `hold-commit`: held while the write is being committed, where another conditional write of the key gets 409
 *
 * After the operation:
 * - `reset-after-store`: carried out, then the connection is reset without an answer
 * - `error-after-store`: carried out, then answered with `code` (InternalError if not given)
 * - `error-in-200`: carried out not at all, but answered with status 200 and an error document, as S3 may answer
 *   CompleteMultipartUpload and CopyObject
 * - `hold-after`: carried out, the answer waits for the release
 * - `cut-body`: the body of the answer ends in its middle with a reset
 * - `corrupt-body`: one byte of the body of the answer is changed
 *
 * In listings and batches:
 * - `stale-list`: ListObjectsV2 shows what was there when the fault was added
 * - `fail-keys`: deleting a key that `keys` matches fails with InternalError, also inside DeleteObjects
 */
export type FaultAction =
  | 'error' | 'error-500' | 'slow-down-503' | 'reset-before' | 'delay' | 'hold-before'
  | 'hold-received' | 'hold-commit'
  | 'reset-after-store' | 'error-after-store' | 'error-in-200' | 'hold-after' | 'cut-body' | 'corrupt-body'
  | 'stale-list' | 'fail-keys';

export const FAULT_ACTIONS: readonly FaultAction[] = [
  'error', 'error-500', 'slow-down-503', 'reset-before', 'delay', 'hold-before', 'hold-received', 'hold-commit',
  'reset-after-store', 'error-after-store', 'error-in-200', 'hold-after', 'cut-body', 'corrupt-body', 'stale-list', 'fail-keys',
];

export interface FaultSpec {
  action: FaultAction;
  match?: FaultMatch;
  /** How many requests are met; 1 if not given, `Infinity` for all. */
  times?: number;
  /** For `error` and `error-after-store`. */
  code?: S3ErrorCode;
  /** For `delay`, in milliseconds. */
  delayMs?: number;
  /** For `fail-keys`. */
  keys?: RegExp;
}

/** What a fault is matched against. */
export interface FaultSubject {
  method: string;
  operation: string | undefined;
  bucket: string | undefined;
  key: string | undefined;
}

/** Operations that commit a body. */
const BODY_WRITES = ['PutObject', 'CopyObject', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'];

/** The operations that an action can happen to; the others can happen to all. */
const POSSIBLE: Partial<Record<FaultAction, readonly string[]>> = {
  'hold-received': [...BODY_WRITES, 'DeleteObject', 'DeleteObjects', 'AbortMultipartUpload'],
  'hold-commit': BODY_WRITES,
  'error-in-200': ['CompleteMultipartUpload', 'CopyObject'],
  'cut-body': ['GetObject'],
  'corrupt-body': ['GetObject'],
  'stale-list': ['ListObjectsV2'],
  'fail-keys': ['DeleteObject', 'DeleteObjects'],
};

/** Whether a fault meets a request: it must match, and the action must be one that can happen to it. */
export function meets({ action, match }: FaultSpec, subject: FaultSubject): boolean {
  const possible = POSSIBLE[action];
  if (possible && !possible.includes(subject.operation ?? '')) return false;
  if (!match) return true;
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.operation !== undefined && match.operation !== subject.operation) return false;
  if (match.bucket !== undefined && match.bucket !== subject.bucket) return false;
  if (match.key === undefined) return true;
  if (subject.key === undefined) return false;
  return typeof match.key === 'string' ? match.key === subject.key : matchesPattern(match.key, subject.key);
}

/** Like `test`, without the memory of a global pattern. */
export function matchesPattern(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}
