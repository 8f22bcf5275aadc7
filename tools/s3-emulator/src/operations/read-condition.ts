import { S3Error } from '../errors.ts';
import type { ObjectVersion } from '../store/stored-object.ts';
import { quote, versionHeader } from './object-headers.ts';
import { unquote } from './write-condition.ts';

export interface ReadConditions {
  ifMatch?: string;
  ifNoneMatch?: string;
  ifModifiedSince?: string;
  ifUnmodifiedSince?: string;
}

/**
 * Judges the conditions of GET and HEAD, or of the source of a copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @returns whether the object counts as not modified (304 for a read, 412 for a copy)
 * @throws S3Error `PreconditionFailed`
 */
export function judgeReadConditions(conditions: ReadConditions, version: ObjectVersion): 'send' | 'not-modified' {
  if (conditions.ifMatch !== undefined) {
    if (!namesEtag(conditions.ifMatch, version.etag)) throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Match' } });
  } else if (conditions.ifUnmodifiedSince !== undefined) {
    const since = Date.parse(conditions.ifUnmodifiedSince);
    if (!Number.isNaN(since) && version.lastModified > since) throw new S3Error('PreconditionFailed', { details: { Condition: 'If-Unmodified-Since' } });
  }
  if (conditions.ifNoneMatch !== undefined) return namesEtag(conditions.ifNoneMatch, version.etag) ? 'not-modified' : 'send';
  if (conditions.ifModifiedSince !== undefined) {
    const since = Date.parse(conditions.ifModifiedSince);
    if (!Number.isNaN(since) && version.lastModified <= since) return 'not-modified';
  }
  return 'send';
}

/** The headers of 304. */
export function notModifiedHeaders(version: ObjectVersion): Record<string, string | undefined> {
  return { etag: quote(version.etag), 'last-modified': new Date(version.lastModified).toUTCString(), ...versionHeader(version) };
}

function namesEtag(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || unquote(item) === etag);
}
