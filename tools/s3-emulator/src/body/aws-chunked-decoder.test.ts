import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signingKey } from '../auth/canonical-request.ts';
import { ChunkSigner } from '../auth/chunk-signer.ts';
import { S3Error } from '../errors.ts';
import { AwsChunkedDecoder } from './aws-chunked-decoder.ts';

// The upload of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: 66560 times "a" in two chunks.
const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' };
const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
const SIGNATURES = ['ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648', '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'];
const signer = (): ChunkSigner => new ChunkSigner(signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SCOPE), '20130524T000000Z', SCOPE, SEED);
const signedBody = (letter = 'a'): Buffer =>
  Buffer.from(`10000;chunk-signature=${SIGNATURES[0]}\r\n${'a'.repeat(65536)}\r\n400;chunk-signature=${SIGNATURES[1]}\r\n${letter.repeat(1024)}\r\n0;chunk-signature=${SIGNATURES[2]}\r\n\r\n`);

function decode(decoder: AwsChunkedDecoder, ...pieces: Buffer[]): { data: Buffer; trailer: Record<string, string> } {
  const data = Buffer.concat(pieces.flatMap((piece) => decoder.push(piece)));
  return { data, trailer: Object.fromEntries(decoder.finish()) };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
  return 'none';
}

test('the documented signed upload is taken, and a changed byte is not', () => {
  expect(decode(new AwsChunkedDecoder({ signer: signer(), withTrailer: false }), signedBody()).data.equals(Buffer.alloc(66560, 'a'))).toBe(true);
  expect(codeOf(() => decode(new AwsChunkedDecoder({ signer: signer(), withTrailer: false }), signedBody('b')))).toBe('SignatureDoesNotMatch');
});

test('the documented signed trailer is taken, and another checksum in it is not', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
  const chain = ['b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2', '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7', '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992'];
  const seed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';
  const body = (checksum: string): Buffer =>
    Buffer.from(`10000;chunk-signature=${chain[0]}\r\n${'a'.repeat(65536)}\r\n400;chunk-signature=${chain[1]}\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=${chain[2]}\r\nx-amz-checksum-crc32c:${checksum}\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n`);
  const decoder = (): AwsChunkedDecoder =>
    new AwsChunkedDecoder({ signer: new ChunkSigner(signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', SCOPE), '20130524T000000Z', SCOPE, seed), withTrailer: true });
  expect(decode(decoder(), body('sOO8/Q==')).trailer).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' });
  expect(codeOf(() => decode(decoder(), body('sOO8/A==')))).toBe('SignatureDoesNotMatch');
});

test('data and trailer come out the same however the bytes are cut', () => {
  const sizes = fc.array(fc.integer({ min: 8192, max: 9000 }), { maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 100 }), fc.array(fc.nat(40_000), { maxLength: 8 }), (chunks, last, cuts) => {
      const bodies = [...chunks, last].filter((size) => size > 0).map((size, index) => Buffer.alloc(size, index + 1));
      const wire = Buffer.concat([...bodies.flatMap((body) => [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]), Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')]);
      const points = [0, ...cuts.filter((cut) => cut < wire.length).sort((a, b) => a - b), wire.length];
      const pieces = points.slice(1).map((point, index) => wire.subarray(points[index], point));
      const { data, trailer } = decode(new AwsChunkedDecoder({ withTrailer: true }), ...pieces);
      expect(data.equals(Buffer.concat(bodies))).toBe(true);
      expect(trailer).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
    }),
  );
});

describe('framing that is refused', () => {
  test.each([
    ['no last chunk', '3\r\nabc\r\n', 'IncompleteBody'],
    ['last chunk without its end', '3\r\nabc\r\n0\r\n', 'IncompleteBody'],
    ['size that is no number', 'zz\r\nabc\r\n0\r\n\r\n', 'IncompleteBody'],
    ['data longer than its size', '2\r\nabc\r\n0\r\n\r\n', 'IncompleteBody'],
    ['signature where none belongs', '3;chunk-signature=aa\r\nabc\r\n0\r\n\r\n', 'IncompleteBody'],
    ['bytes after the end', '3\r\nabc\r\n0\r\n\r\nmore', 'IncompleteBody'],
    ['bare newline', '3\nabc\r\n0\r\n\r\n', 'IncompleteBody'],
    ['small chunk before another', '3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
    ['trailer line without colon', '3\r\nabc\r\n0\r\nnothing\r\n\r\n', 'MalformedTrailerError'],
  ])('%s', (_name, wire, code) => {
    expect(codeOf(() => decode(new AwsChunkedDecoder({ withTrailer: wire.includes('nothing') }), Buffer.from(wire)))).toBe(code);
  });
});
