import { randomUUID } from 'node:crypto';
import { AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, HeadObjectCommand, UploadPartCommand, type CompletedPart } from '@aws-sdk/client-s3';
import type { Logger } from '@tidemark/domain';
import { isTidemarkError } from '@tidemark/domain';
import { StoreError } from './errors.ts';
import type { ByteSink, PutResult } from './object-store.ts';
import { PieceBuffer } from './piece-buffer.ts';
import type { PieceMemory } from './piece-memory.ts';
import type { S3Requests } from './s3-requests.ts';

/** S3 takes at most 10,000 parts per upload. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PIECES = 10_000;

/** Metadata that tells this upload's object from another under the same key when the answer to its completion was lost. */
const UPLOAD_MARK = 'tidemark-upload';

export interface UploadSettings {
  readonly key: string;
  readonly contentType: string;
  /** Room for its pieces. */
  readonly memory: PieceMemory;
  readonly wholeBytes: number;
  readonly concurrency: number;
  readonly logger: Logger;
  /** Writes an object of at most `wholeBytes`. */
  readonly putWhole: (body: Uint8Array) => Promise<PutResult>;
}

/** One object in pieces: one PUT up to `wholeBytes`, a multipart upload with bounded concurrency above. */
export class S3Upload implements ByteSink {
  readonly keepsNothing = true;
  readonly #requests: S3Requests;
  readonly #settings: UploadSettings;
  readonly #buffer: PieceBuffer;
  readonly #mark = randomUUID();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #parts: CompletedPart[] = [];
  /** Full pieces of an object that may still be sent whole. */
  readonly #waiting: Buffer[] = [];
  #uploadId: string | null = null;
  #byteLength = 0;
  #pieceCount = 0;
  #failure: unknown = null;
  #state: 'open' | 'closing' | 'closed' | 'aborted' = 'open';

  constructor(requests: S3Requests, settings: UploadSettings) {
    this.#requests = requests;
    this.#settings = settings;
    this.#buffer = new PieceBuffer(settings.memory);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#mustBeOpen('write');
    this.#byteLength += bytes.length;
    for (let offset = 0; offset < bytes.length; ) {
      if (this.#buffer.isFull) await this.#passPiece();
      offset = this.#buffer.fill(bytes, offset);
    }
    this.#throwFailure();
  }

  async close(): Promise<{ readonly etag: string; readonly byteLength: number }> {
    this.#mustBeOpen('close');
    this.#state = 'closing';
    try {
      const isWhole = this.#uploadId === null && this.#byteLength <= this.#settings.wholeBytes;
      const etag = isWhole ? await this.#putWhole() : await this.#complete();
      this.#state = 'closed';
      return { etag, byteLength: this.#byteLength };
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (this.#state === 'closed' || this.#state === 'aborted') return;
    this.#state = 'aborted';
    await Promise.allSettled(this.#inFlight);
    if (this.#uploadId === null) return;
    const { key, logger } = this.#settings;
    const uploadId = this.#uploadId;
    try {
      await this.#requests.repeatable({ operation: 'AbortMultipartUpload', key }, () => new AbortMultipartUploadCommand({ Bucket: this.#requests.bucket, Key: key, UploadId: uploadId }), () => undefined);
    } catch (error) {
      // Nothing is wrong but the storage that the pieces take until the upload is aborted by a lifecycle rule or by hand.
      if (!isTidemarkError(error)) throw error;
      if (error.code !== 'STORE_NOT_FOUND') logger.warn({ key, uploadId, code: error.code }, 'abandoned multipart upload could not be aborted');
    }
  }

  /** Sends the full piece, or keeps it as long as the object may be sent whole. */
  async #passPiece(): Promise<void> {
    if (this.#uploadId === null && this.#byteLength <= this.#settings.wholeBytes) {
      this.#waiting.push(this.#buffer.take());
      return;
    }
    await this.#sendWaiting();
    await this.#sendPiece(this.#buffer.take());
  }

  async #sendWaiting(): Promise<void> {
    for (const piece of this.#waiting.splice(0)) await this.#sendPiece(piece);
  }

  async #putWhole(): Promise<string> {
    const { memory, putWhole } = this.#settings;
    const pieces = [...this.#waiting.splice(0), this.#buffer.take()];
    const { etag } = await putWhole(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    for (const piece of pieces) memory.giveBack(piece);
    return etag;
  }

  async #sendPiece(piece: Buffer): Promise<void> {
    this.#throwFailure();
    if (this.#pieceCount === MAX_PIECES) {
      throw new StoreError('STORE_UPLOAD_MISUSED', { message: `s3://${this.#requests.bucket}/${this.#settings.key} would have more than ${MAX_PIECES} pieces of ${this.#settings.memory.pieceBytes} bytes.`, details: { key: this.#settings.key } });
    }
    this.#uploadId ??= await this.#begin();
    while (this.#inFlight.size >= this.#settings.concurrency) await Promise.race(this.#inFlight);
    this.#throwFailure();
    const number = ++this.#pieceCount;
    const sending = this.#uploadPiece(this.#uploadId, number, piece)
      .then(
        (part) => {
          this.#parts[number - 1] = part;
          this.#settings.memory.giveBack(piece);
        },
        (error: unknown) => {
          this.#failure ??= error;
        },
      )
      .finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
  }

  async #begin(): Promise<string> {
    const { key, contentType } = this.#settings;
    return this.#requests.repeatable(
      { operation: 'CreateMultipartUpload', key },
      () => new CreateMultipartUploadCommand({ Bucket: this.#requests.bucket, Key: key, ContentType: contentType, Metadata: { [UPLOAD_MARK]: this.#mark }, ChecksumAlgorithm: 'CRC32' }),
      ({ output }) => output.UploadId ?? this.#invalid('CreateMultipartUpload', 'an upload id'),
    );
  }

  async #uploadPiece(uploadId: string, number: number, body: Buffer): Promise<CompletedPart> {
    const { key } = this.#settings;
    return this.#requests.repeatable(
      { operation: 'UploadPart', key },
      () => new UploadPartCommand({ Bucket: this.#requests.bucket, Key: key, UploadId: uploadId, PartNumber: number, Body: body, ChecksumAlgorithm: 'CRC32' }),
      ({ output }) => ({ PartNumber: number, ETag: output.ETag ?? this.#invalid('UploadPart', 'an ETag'), ...(output.ChecksumCRC32 === undefined ? {} : { ChecksumCRC32: output.ChecksumCRC32 }) }),
    );
  }

  async #complete(): Promise<string> {
    await this.#sendWaiting();
    await this.#sendPiece(this.#buffer.take());
    await Promise.all(this.#inFlight);
    this.#throwFailure();
    const { key } = this.#settings;
    const uploadId = this.#uploadId!;
    try {
      return await this.#requests.repeatable(
        { operation: 'CompleteMultipartUpload', key },
        () => new CompleteMultipartUploadCommand({ Bucket: this.#requests.bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts: this.#parts } }),
        ({ output }) => output.ETag ?? this.#invalid('CompleteMultipartUpload', 'an ETag'),
      );
    } catch (error) {
      // A completion whose answer was lost makes its repetition fail: the upload is gone, and the object is there.
      const etag = await this.#completedEtag();
      if (etag === null) throw error;
      return etag;
    }
  }

  /** The ETag of the object if it is this upload's; null when it is not there or the store cannot be asked. */
  async #completedEtag(): Promise<string | null> {
    const { key } = this.#settings;
    try {
      return await this.#requests.repeatable(
        { operation: 'HeadObject', key },
        () => new HeadObjectCommand({ Bucket: this.#requests.bucket, Key: key }),
        ({ output }) => (output.Metadata?.[UPLOAD_MARK] === this.#mark && output.ContentLength === this.#byteLength ? (output.ETag ?? null) : null),
      );
    } catch (error) {
      if (isTidemarkError(error)) return null;
      throw error;
    }
  }

  #mustBeOpen(action: string): void {
    if (this.#state === 'open') return;
    throw new StoreError('STORE_UPLOAD_MISUSED', { message: `${action} on the upload of ${this.#settings.key}, which is ${this.#state}.`, details: { key: this.#settings.key } });
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  #invalid(operation: string, missing: string): never {
    throw new StoreError('STORE_ANSWER_INVALID', { message: `${operation} on s3://${this.#requests.bucket}/${this.#settings.key} was answered without ${missing}.`, details: { operation, bucket: this.#requests.bucket, key: this.#settings.key } });
  }
}
