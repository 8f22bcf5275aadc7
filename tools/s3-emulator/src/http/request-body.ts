import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Payload } from '../auth/payload.ts';
import { receiveBody } from '../body/receive-body.ts';
import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import { S3Error } from '../errors.ts';
import type { Operation, StagedBody } from '../operations/operation.ts';
import type { S3Store } from '../store/s3-store.ts';
import type { S3Request } from './s3-request.ts';

/** An object or part in one request has at most 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const MAX_BODY_BYTES = 5 * 1024 ** 3;

/** Documents in requests; ten thousand parts with checksums stay below it. */
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/** The body of one request: read once, or drained. */
export class RequestBody {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #continuePending: boolean;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, expectsContinue: boolean) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#continuePending = expectsContinue;
  }

  /** Reads a document, or makes sure that a request without one was not tampered with. */
  async readSmall(request: S3Request, payload: Payload, operation: Operation): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const headers = operation.body === 'none' || operation.checksumOfObject ? withoutChecksums(request.headers) : request.headers;
    await receiveBody({ headers, payload, bytes: this.#bytes() }, { write: (piece) => void pieces.push(Buffer.from(piece)), maxBytes: MAX_DOCUMENT_BYTES });
    return Buffer.concat(pieces);
  }

  /** Takes the body into a file; nothing is left behind when it fails. */
  async receive(request: S3Request, payload: Payload, store: S3Store, defaultChecksum: ChecksumAlgorithm): Promise<StagedBody> {
    const length = request.headers['content-length'] ?? request.headers['x-amz-decoded-content-length'];
    if (length === undefined) throw new S3Error('MissingContentLength');
    if (Number(length) > MAX_BODY_BYTES) throw new S3Error('EntityTooLarge', { details: { ProposedSize: length, MaxSizeAllowed: String(MAX_BODY_BYTES) } });
    const writer = store.files.create();
    try {
      const received = await receiveBody(
        { headers: request.headers, payload, bytes: this.#bytes() },
        { write: (piece) => writer.write(piece), maxBytes: MAX_BODY_BYTES, defaultChecksum },
      );
      const segment = await writer.finish();
      return { ...received, segment, publish: () => store.files.publish(segment), discard: () => writer.discard() };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  /**
   * Reads what is left of the body, so that the client sees the answer.
   *
   * @returns whether the connection can serve another request
   */
  async drain(): Promise<boolean> {
    if (this.#incoming.complete || this.#incoming.destroyed) return !this.#incoming.errored;
    // The client waits with its body for a 100 that will not come.
    if (this.#continuePending) return false;
    await new Promise<void>((resolve) => {
      this.#incoming.once('end', resolve).once('close', resolve).once('error', () => resolve());
      this.#incoming.resume();
    });
    return this.#incoming.complete;
  }

  async *#bytes(): AsyncGenerator<Buffer> {
    if (this.#continuePending) this.#outgoing.writeContinue();
    this.#continuePending = false;
    // Left undestroyed when the reader stops early, so that an answer can still be sent.
    yield* this.#incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    if (!this.#incoming.complete) throw new S3Error('IncompleteBody');
  }
}

function withoutChecksums(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-') && name !== 'x-amz-sdk-checksum-algorithm'));
}
