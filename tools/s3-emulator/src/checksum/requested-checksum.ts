import { S3Error } from '../errors.ts';
import { CHECKSUM_SIZES, checksumHeader, isChecksumAlgorithm } from './checksum-algorithm.ts';
import type { ChecksumAlgorithm } from './checksum-algorithm.ts';

/** Names under `x-amz-checksum-` that are no algorithm. */
const OTHER_NAMES = ['algorithm', 'mode', 'type'];

/** The checksum a client sends along: in a header with its value, or announced for the trailer. */
export interface RequestedChecksum {
  algorithm: ChecksumAlgorithm;
  /** base64; missing when it comes in the trailer */
  value?: string;
}

/**
 * Reads which checksum protects the body of a request.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @throws S3Error `InvalidRequest`, `NotImplemented`
 */
export function requestedChecksum(headers: Readonly<Record<string, string>>): RequestedChecksum | undefined {
  const found: RequestedChecksum[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const algorithm = algorithmOf(name);
    if (algorithm) found.push({ algorithm, value: checkValue(algorithm, value) });
  }
  for (const name of trailerNames(headers)) {
    const algorithm = algorithmOf(name);
    if (!algorithm) throw new S3Error('InvalidRequest', { message: 'The value specified in the x-amz-trailer header is not supported' });
    found.push({ algorithm });
  }
  if (found.length > 1) {
    throw new S3Error('InvalidRequest', { message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.' });
  }
  const announced = headers['x-amz-sdk-checksum-algorithm'];
  if (announced !== undefined && announced.toUpperCase() !== found[0]?.algorithm) {
    throw new S3Error('InvalidRequest', { message: 'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.' });
  }
  return found[0];
}

/** The names in `x-amz-trailer`, in lower case. */
export function trailerNames(headers: Readonly<Record<string, string>>): string[] {
  return (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
}

/** @throws S3Error `InvalidRequest` when the value is not base64 of the right length */
export function checkValue(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== CHECKSUM_SIZES[algorithm] || bytes.toString('base64') !== value) {
    throw new S3Error('InvalidRequest', { message: `Value for ${checksumHeader(algorithm)} header is invalid.` });
  }
  return value;
}

function algorithmOf(header: string): ChecksumAlgorithm | undefined {
  if (!header.startsWith('x-amz-checksum-')) return undefined;
  const suffix = header.slice('x-amz-checksum-'.length);
  if (OTHER_NAMES.includes(suffix)) return undefined;
  const name = suffix.toUpperCase();
  if (!isChecksumAlgorithm(name)) throw new S3Error('NotImplemented', { details: { Header: header } });
  return name;
}
