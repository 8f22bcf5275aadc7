import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { ChunkSigner } from '../auth/chunk-signer.ts';
import { EMPTY_SHA256 } from '../auth/canonical-request.ts';
import { S3Error } from '../errors.ts';

/** Every chunk but the last has at least this many bytes. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const MIN_CHUNK_BYTES = 8192;
const MAX_LINE_BYTES = 4096;
const MAX_TRAILER_LINES = 20;

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

/**
 * Takes aws-chunked framing apart while it streams. Data of a chunk is handed out before its signature is known,
 * so what was received counts only after {@link AwsChunkedDecoder.finish}.
 */
export class AwsChunkedDecoder {
  readonly #signer: ChunkSigner | undefined;
  readonly #withTrailer: boolean;
  #state: State = 'size';
  #line: Buffer = Buffer.alloc(0);
  #left = 0;
  #chunkNumber = 0;
  #chunkSize = 0;
  #chunkSignature = '';
  #chunkHash: Hash | undefined;
  #trailerLines: string[] = [];
  #gapSeen = false;
  readonly #trailer = new Map<string, string>();

  constructor(options: { signer?: ChunkSigner; withTrailer: boolean }) {
    this.#signer = options.signer;
    this.#withTrailer = options.withTrailer;
  }

  /**
   * @returns the data inside `input`, as views of it
   * @throws S3Error `IncompleteBody`, `InvalidChunkSizeError`, `SignatureDoesNotMatch`, `MalformedTrailerError`
   */
  push(input: Buffer): Buffer[] {
    const data: Buffer[] = [];
    let at = 0;
    while (at < input.length) {
      if (this.#state === 'done') throw new S3Error('IncompleteBody', { message: 'The request body has bytes after its last chunk' });
      if (this.#state === 'data') {
        const piece = input.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        this.#chunkHash?.update(piece);
        data.push(piece);
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const newline = input.indexOf(10, at);
      const end = newline < 0 ? input.length : newline + 1;
      this.#line = Buffer.concat([this.#line, input.subarray(at, end)]);
      at = end;
      if (this.#line.length > MAX_LINE_BYTES) throw incomplete();
      if (newline >= 0) this.#takeLine();
    }
    return data;
  }

  /**
   * Call when the body has ended.
   *
   * @returns the trailer, names in lower case
   * @throws S3Error `IncompleteBody` when the last chunk never came
   */
  finish(): ReadonlyMap<string, string> {
    if (this.#state !== 'done') throw incomplete();
    return this.#trailer;
  }

  #takeLine(): void {
    const text = this.#line.toString('latin1');
    this.#line = Buffer.alloc(0);
    // S3's own examples end trailer lines with a bare newline; chunk lines end with CRLF.
    if (this.#state !== 'trailer' && !text.endsWith('\r\n')) throw incomplete();
    const line = text.replace(/\r?\n$/, '');
    if (this.#state === 'size') this.#startChunk(line);
    else if (this.#state === 'data-end') this.#endChunk(line);
    else this.#takeTrailerLine(line);
  }

  #startChunk(line: string): void {
    const match = (this.#signer ? /^([0-9a-fA-F]{1,10});chunk-signature=([0-9a-f]{64})$/ : /^([0-9a-fA-F]{1,10})$/).exec(line);
    if (!match) throw incomplete();
    const size = Number.parseInt(match[1]!, 16);
    if (this.#chunkNumber > 0 && size > 0 && this.#chunkSize < MIN_CHUNK_BYTES) {
      throw new S3Error('InvalidChunkSizeError', { details: { Chunk: String(this.#chunkNumber), BadChunkSize: String(this.#chunkSize) } });
    }
    this.#chunkNumber += 1;
    this.#chunkSize = size;
    this.#chunkSignature = match[2] ?? '';
    if (size === 0) {
      this.#signer?.checkChunk(EMPTY_SHA256, this.#chunkSignature);
      this.#state = this.#withTrailer ? 'trailer' : 'data-end';
      return;
    }
    this.#left = size;
    this.#chunkHash = this.#signer ? createHash('sha256') : undefined;
    this.#state = 'data';
  }

  #endChunk(line: string): void {
    if (line !== '') throw incomplete();
    if (this.#chunkSize === 0) {
      this.#state = 'done';
      return;
    }
    if (this.#chunkHash) this.#signer?.checkChunk(this.#chunkHash.digest('hex'), this.#chunkSignature);
    this.#state = 'size';
  }

  #takeTrailerLine(line: string): void {
    if (line !== '') {
      this.#trailerLines.push(line);
      if (this.#trailerLines.length > MAX_TRAILER_LINES) throw new S3Error('MalformedTrailerError');
      return;
    }
    // S3's own example has an empty line between the headers and their signature.
    if (this.#signer && this.#trailerLines.length > 0 && !this.#trailerLines.at(-1)!.startsWith('x-amz-trailer-signature:')) {
      if (this.#gapSeen) throw new S3Error('MalformedTrailerError');
      this.#gapSeen = true;
      return;
    }
    this.#readTrailer();
    this.#state = 'done';
  }

  #readTrailer(): void {
    const hash = createHash('sha256');
    let signature: string | undefined;
    for (const line of this.#trailerLines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon).trim().toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (colon <= 0 || signature !== undefined || this.#trailer.has(name)) throw new S3Error('MalformedTrailerError');
      if (name === 'x-amz-trailer-signature') {
        signature = value;
        continue;
      }
      hash.update(`${name}:${value}\n`, 'latin1');
      this.#trailer.set(name, value);
    }
    if (!this.#signer) {
      if (signature !== undefined) throw new S3Error('MalformedTrailerError');
      return;
    }
    if (signature === undefined) throw new S3Error('MalformedTrailerError');
    this.#signer.checkTrailer(hash.digest('hex'), signature);
  }
}

function incomplete(): S3Error {
  return new S3Error('IncompleteBody', { message: 'The request body terminated unexpectedly' });
}
