import { S3Error } from '../errors.ts';
import { OPERATIONS } from '../operations/operation-table.ts';
import type { Operation } from '../operations/operation.ts';
import type { S3Request } from './s3-request.ts';

/** Query parameters of presigned URLs, and the name SDKs add for their logs. */
const COMMON_QUERY = new Set(['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature', 'X-Amz-Security-Token', 'X-Amz-Content-Sha256', 'x-id']);

const COMMON_HEADERS = new Set(['x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token', 'x-amz-user-agent']);

/** Headers without `x-amz-` that change what a request means. */
const MEANINGFUL_HEADERS = new Set(['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range', 'range']);

/**
 * Finds the operation a request asks for.
 *
 * @throws S3Error `NotImplemented` for a sub-resource or parameter that no operation here understands, the first version of
 * ListObjects among them; `MethodNotAllowed`
 */
export function route(request: S3Request): Operation {
  const level = request.key !== undefined ? 'object' : request.bucket !== undefined ? 'bucket' : 'service';
  const names = request.query.all().map(({ name }) => name).filter((name) => !COMMON_QUERY.has(name));
  const sameAddress = OPERATIONS.filter((operation) => operation.method === request.method && operation.level === level);
  const candidates = sameAddress.filter((operation) => isSelected(operation, request)).sort((a, b) => weight(b) - weight(a));
  const [operation] = candidates;
  if (!operation) {
    const firstListing = request.method === 'GET' && level === 'bucket';
    if (names.length === 0 && !firstListing) throw new S3Error('MethodNotAllowed', { details: { Method: request.method } });
    throw new S3Error('NotImplemented', { details: { Parameter: names.join(', ') } });
  }
  const understood = new Set([...(operation.select ?? []).map((text) => text.split('=')[0]!), ...(operation.query ?? [])]);
  const unknown = names.filter((name) => !understood.has(name));
  if (unknown.length > 0) throw new S3Error('NotImplemented', { details: { Parameter: unknown.join(', ') } });
  return operation;
}

/** @throws S3Error `NotImplemented` for a header whose meaning the operation does not know */
export function checkHeaders(operation: Operation, headers: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(headers)) {
    const relevant = name.startsWith('x-amz-') ? !COMMON_HEADERS.has(name) : MEANINGFUL_HEADERS.has(name);
    if (relevant && !(operation.headers ?? []).some((known) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : known === name))) {
      throw new S3Error('NotImplemented', { details: { Header: name } });
    }
  }
}

function isSelected(operation: Operation, request: S3Request): boolean {
  if (operation.selectHeader !== undefined && request.headers[operation.selectHeader] === undefined) return false;
  return (operation.select ?? []).every((text) => {
    const [name, value] = text.split('=') as [string, string | undefined];
    return request.query.has(name) && (value === undefined || request.query.get(name) === value);
  });
}

function weight(operation: Operation): number {
  return (operation.select?.length ?? 0) + (operation.selectHeader === undefined ? 0 : 1);
}
