import { createHash } from 'node:crypto';
import type { Payload } from '../auth/payload.ts';
import { checksumHeader, startDigest } from '../checksum/checksum-algorithm.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import { checkValue, requestedChecksum, trailerNames } from '../checksum/requested-checksum.ts';
import { S3Error } from '../errors.ts';
import { AwsChunkedDecoder } from './aws-chunked-decoder.ts';

export interface BodySource {
  headers: Readonly<Record<string, string>>;
  payload: Payload;
  /** The bytes on the wire. */
  bytes: AsyncIterable<Buffer>;
}

export interface ReceiveOptions {
  /** Called with each piece in turn; the next piece waits for its promise. */
  write: (piece: Buffer) => Promise<void> | void;
  maxBytes: number;
  /** Computed when the client names no checksum. */
  defaultChecksum?: ChecksumAlgorithm;
}

export interface ReceivedBody {
  size: number;
  md5: Buffer;
  /** base64; verified against what the client sent when `sent` */
  checksum?: { algorithm: ChecksumAlgorithm; value: string; sent: boolean };
}

/**
 * Reads a body once, piece by piece, and checks everything the client said about it:
 * length, `x-amz-content-sha256`, chunk signatures, `Content-MD5`, checksum in header or trailer.
 *
 * @throws S3Error `IncompleteBody`, `BadDigest`, `InvalidDigest`, `XAmzContentSHA256Mismatch`, `MalformedTrailerError`, `EntityTooLarge`, …
 */
export async function receiveBody(source: BodySource, options: ReceiveOptions): Promise<ReceivedBody> {
  const { headers, payload } = source;
  const expectedMd5 = readContentMd5(headers['content-md5']);
  const decodedLength = checkFraming(headers, payload);
  const requested = requestedChecksum(headers);
  const algorithm = requested?.algorithm ?? options.defaultChecksum;
  const decoder = payload.kind === 'chunked' ? new AwsChunkedDecoder({ signer: payload.signer, withTrailer: payload.trailer }) : undefined;
  const md5 = createHash('md5');
  const sha256 = payload.kind === 'hashed' ? createHash('sha256') : undefined;
  const digest = algorithm === undefined ? undefined : startDigest(algorithm);
  let size = 0;

  for await (const wire of source.bytes) {
    for (const piece of decoder ? decoder.push(wire) : [wire]) {
      size += piece.length;
      if (size > options.maxBytes) throw new S3Error('EntityTooLarge', { details: { MaxSizeAllowed: String(options.maxBytes) } });
      md5.update(piece);
      sha256?.update(piece);
      digest?.update(piece);
      await options.write(piece);
    }
  }

  const trailer = decoder?.finish();
  if (decodedLength !== undefined && decodedLength !== size) throw new S3Error('IncompleteBody');
  if (sha256 && payload.kind === 'hashed') {
    const computed = sha256.digest('hex');
    if (computed !== payload.sha256) {
      throw new S3Error('XAmzContentSHA256Mismatch', { details: { ClientComputedContentSHA256: payload.sha256, S3ComputedContentSHA256: computed } });
    }
  }
  const md5Value = md5.digest();
  if (expectedMd5 && !expectedMd5.equals(md5Value)) {
    throw new S3Error('BadDigest', { message: 'The Content-MD5 you specified did not match what we received.', details: { ExpectedDigest: expectedMd5.toString('base64'), CalculatedDigest: md5Value.toString('base64') } });
  }
  const sent = requested && (requested.value ?? trailerChecksum(requested.algorithm, trailer));
  checkTrailer(headers, trailer);
  if (algorithm === undefined || digest === undefined) return { size, md5: md5Value };
  const value = digest.digest().toString('base64');
  if (sent !== undefined && sent !== value) {
    throw new S3Error('BadDigest', { message: `The ${algorithm} you specified did not match the calculated checksum.` });
  }
  return { size, md5: md5Value, checksum: { algorithm, value, sent: sent !== undefined } };
}

function trailerChecksum(algorithm: ChecksumAlgorithm, trailer: ReadonlyMap<string, string> | undefined): string {
  const value = trailer?.get(checksumHeader(algorithm));
  if (value === undefined) throw new S3Error('MalformedTrailerError');
  return checkValue(algorithm, value);
}

/** What came in the trailer is exactly what `x-amz-trailer` announced. */
function checkTrailer(headers: Readonly<Record<string, string>>, trailer: ReadonlyMap<string, string> | undefined): void {
  const announced = trailerNames(headers);
  const came = [...(trailer?.keys() ?? [])];
  if (announced.length !== came.length || announced.some((name) => !trailer?.has(name))) throw new S3Error('MalformedTrailerError');
}

/** @returns the length of the data inside aws-chunked framing */
function checkFraming(headers: Readonly<Record<string, string>>, payload: Payload): number | undefined {
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  if (payload.kind !== 'chunked') {
    if (encodings.includes('aws-chunked')) throw new S3Error('InvalidRequest', { message: 'aws-chunked content encoding needs a STREAMING- value in x-amz-content-sha256' });
    if (headers['x-amz-trailer'] !== undefined) throw new S3Error('InvalidRequest', { message: 'x-amz-trailer needs a STREAMING-…-TRAILER value in x-amz-content-sha256' });
    return undefined;
  }
  const text = headers['x-amz-decoded-content-length'];
  if (text === undefined) throw new S3Error('MissingContentLength');
  if (!/^\d+$/.test(text)) throw new S3Error('InvalidArgument', { details: { ArgumentName: 'x-amz-decoded-content-length', ArgumentValue: text } });
  if (payload.trailer !== (headers['x-amz-trailer'] !== undefined)) throw new S3Error('MalformedTrailerError');
  return Number(text);
}

function readContentMd5(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== text) throw new S3Error('InvalidDigest', { details: { 'Content-MD5': text } });
  return bytes;
}
