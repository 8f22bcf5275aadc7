import { S3Error } from '../errors.ts';
import { element, xmlDocument } from '../http/xml.ts';
import type { XmlNode } from '../http/xml.ts';
import type { ObjectVersion } from '../store/stored-object.ts';
import { readEncoding, readLimit } from './list-parameters.ts';
import { quote } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { pageKeys } from './page-keys.ts';
import type { ListPosition } from './page-keys.ts';

/** The one account this server knows. */
export const OWNER_ID = '0'.repeat(63) + '1';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Operation = {
  name: 'ListObjectsV2',
  method: 'GET',
  level: 'bucket',
  action: 's3:ListBucket',
  select: ['list-type=2'],
  query: ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type', 'fetch-owner'],
  body: 'none',
  run: (context) => {
    const { query } = context.request;
    const bucket = context.bucket();
    const listing = context.listing(bucket);
    const { type: encodingType, encode } = readEncoding(query);
    const limit = readLimit(query, 'max-keys');
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter') ?? '';
    const startAfter = query.get('start-after');
    const token = query.get('continuation-token');
    const from = token === undefined ? startAfter === undefined ? undefined : { after: startAfter, wholePrefix: false } : readToken(token);
    const page = pageKeys(listing.keys, { prefix, delimiter, from, limit }, (key) => listing.current(key) !== undefined);
    const withOwner = query.get('fetch-owner') === 'true';

    const contents: XmlNode[] = [];
    const prefixes: XmlNode[] = [];
    for (const entry of page.entries) {
      if ('key' in entry) contents.push(describeKey(encode(entry.key), listing.current(entry.key)!, withOwner));
      else prefixes.push(element('CommonPrefixes', [element('Prefix', encode(entry.commonPrefix))]));
    }
    return {
      status: 200,
      headers: { 'x-amz-bucket-region': context.region },
      body: xmlDocument('ListBucketResult', [
        element('Name', bucket.name),
        element('Prefix', encode(prefix)),
        element('StartAfter', startAfter === undefined ? undefined : encode(startAfter)),
        element('ContinuationToken', token),
        element('NextContinuationToken', page.next && writeToken(page.next)),
        element('KeyCount', page.entries.length),
        element('MaxKeys', limit),
        element('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
        element('EncodingType', encodingType),
        element('IsTruncated', page.next !== undefined),
        ...contents,
        ...prefixes,
      ]),
    };
  },
};

function describeKey(key: string, version: ObjectVersion, withOwner: boolean): XmlNode {
  return element('Contents', [
    element('Key', key),
    element('LastModified', new Date(version.lastModified).toISOString()),
    element('ETag', quote(version.etag)),
    element('ChecksumAlgorithm', version.checksum?.algorithm),
    element('ChecksumType', version.checksum?.type),
    element('Size', version.size),
    element('Owner', withOwner ? [element('ID', OWNER_ID)] : undefined),
    element('StorageClass', 'STANDARD'),
  ]);
}

function writeToken(position: ListPosition): string {
  return Buffer.from(`${position.wholePrefix ? 'p' : 'k'}${position.after}`).toString('base64url');
}

function readToken(token: string): ListPosition {
  const bytes = Buffer.from(token, 'base64url');
  const text = bytes.toString();
  const kind = text[0];
  if (bytes.toString('base64url') !== token || (kind !== 'p' && kind !== 'k')) {
    throw new S3Error('InvalidArgument', { message: 'The continuation token provided is incorrect', details: { ArgumentName: 'continuation-token', ArgumentValue: token } });
  }
  return { after: text.slice(1), wholePrefix: kind === 'p' };
}
