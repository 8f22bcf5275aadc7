import { uriEncode } from '../auth/canonical-request.ts';
import { S3Error } from '../errors.ts';
import type { QueryString } from '../http/query-string.ts';

/** No listing gives more than 1000 entries at once. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const MAX_ENTRIES = 1000;

/** @throws S3Error `InvalidArgument` */
export function readLimit(query: QueryString, name: string): number {
  const text = query.get(name);
  if (text === undefined) return MAX_ENTRIES;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit > 2 ** 31 - 1) {
    throw new S3Error('InvalidArgument', { message: `Provided ${name} not an integer or within integer range`, details: { ArgumentName: name, ArgumentValue: text } });
  }
  return Math.min(limit, MAX_ENTRIES);
}

/** How keys are written: as they are, or with `encoding-type=url` form-encoded, `/` left alone. */
export interface KeyEncoding {
  /** For the EncodingType element. */
  type: 'url' | undefined;
  encode(key: string): string;
}

/** @throws S3Error `InvalidArgument` */
export function readEncoding(query: QueryString): KeyEncoding {
  const type = query.get('encoding-type');
  if (type === undefined) return { type, encode: (key) => key };
  if (type !== 'url') throw new S3Error('InvalidArgument', { message: 'Invalid Encoding Method specified in Request', details: { ArgumentName: 'encoding-type', ArgumentValue: type } });
  return { type, encode: (key) => uriEncode(key).replaceAll('%2F', '/').replaceAll('%20', '+') };
}
