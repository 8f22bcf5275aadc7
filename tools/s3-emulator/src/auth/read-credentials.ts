import { S3Error } from '../errors.ts';
import type { QueryString } from '../http/query-string.ts';
import type { CredentialScope } from './canonical-request.ts';

export interface SignedCredentials {
  accessKeyId: string;
  scope: CredentialScope;
  signedHeaders: string[];
  /** hex */
  signature: string;
  /** Presigned URLs only, as written. */
  expiresSeconds?: string;
}

type MalformedCode = 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError';

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */
export function readAuthorizationHeader(header: string | undefined): SignedCredentials {
  if (header === undefined) throw new S3Error('AccessDenied');
  const code = 'AuthorizationHeaderMalformed';
  if (!header.startsWith('AWS4-HMAC-SHA256')) {
    throw new S3Error('InvalidRequest', { message: 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.' });
  }
  const fields = new Map<string, string>();
  for (const field of header.slice('AWS4-HMAC-SHA256'.length).split(',')) {
    const equals = field.indexOf('=');
    if (equals < 0) throw new S3Error(code, { message: 'The authorization header is malformed; a field has no value.' });
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  return {
    ...readCredential(fields.get('Credential'), code),
    signedHeaders: readSignedHeaders(fields.get('SignedHeaders'), code),
    signature: readSignature(fields.get('Signature'), code),
  };
}

/** Reads the `X-Amz-*` parameters of a presigned URL. */
export function readPresignedQuery(query: QueryString): SignedCredentials {
  const code = 'AuthorizationQueryParametersError';
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error(code, { message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"' });
  }
  return {
    ...readCredential(query.get('X-Amz-Credential'), code),
    signedHeaders: readSignedHeaders(query.get('X-Amz-SignedHeaders'), code),
    signature: readSignature(query.get('X-Amz-Signature'), code),
    expiresSeconds: query.get('X-Amz-Expires'),
  };
}

function readCredential(text: string | undefined, code: MalformedCode): { accessKeyId: string; scope: CredentialScope } {
  const parts = (text ?? '').split('/');
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service || terminator !== 'aws4_request') {
    throw new S3Error(code, { message: 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".' });
  }
  return { accessKeyId, scope: { date, region, service } };
}

function readSignedHeaders(text: string | undefined, code: MalformedCode): string[] {
  if (!text) throw new S3Error(code, { message: 'SignedHeaders is missing.' });
  const names = text.split(';');
  const sorted = [...names].sort();
  if (names.some((name, index) => name !== name.toLowerCase() || name !== sorted[index])) {
    throw new S3Error(code, { message: 'SignedHeaders must be in lower case and sorted.' });
  }
  return names;
}

function readSignature(text: string | undefined, code: MalformedCode): string {
  if (!text || !/^[0-9a-f]{64}$/.test(text)) throw new S3Error(code, { message: 'Signature must be 64 hexadecimal digits.' });
  return text;
}
