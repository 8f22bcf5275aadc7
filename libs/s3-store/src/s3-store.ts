import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { isTidemarkError, silentLogger, type Logger } from '@tidemark/domain';
import { decodeText } from './decode-text.ts';
import { StoreError } from './errors.ts';
import type { ByteSink, ListedObject, ListOptions, ObjectCleaner, ObjectInfo, ObjectStore, PutOptions, PutResult, StoredObject, UnfinishedUpload } from './object-store.ts';
import { PieceMemory } from './piece-memory.ts';
import { probeConditionalWrites } from './probe-conditional-writes.ts';
import { deleteObjects } from './s3-deletion.ts';
import { listObjects } from './s3-listing.ts';
import { S3Requests } from './s3-requests.ts';
import { pieceBytesOf, wholeBytesOf, type S3StoreSettings } from './s3-settings.ts';
import { abortUpload, listUploads } from './s3-uploads.ts';
import { deleteEveryVersion } from './s3-versions.ts';
import { S3Upload } from './s3-upload.ts';

const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

/** An object store over one S3 bucket; `close` ends its connections. */
export interface S3Store extends ObjectStore, ObjectCleaner {
  close(): void;
}

/** Opens a bucket. No request is sent before the first method is called. */
export function createS3Store(settings: S3StoreSettings): S3Store {
  return new BucketStore(settings);
}

class BucketStore implements S3Store {
  readonly bucket: string;
  readonly #requests: S3Requests;
  readonly #pieceMemory: PieceMemory;
  readonly #wholeBytes: number;
  readonly #uploadConcurrency: number;
  readonly #logger: Logger;

  constructor(settings: S3StoreSettings) {
    this.bucket = settings.bucket;
    this.#requests = new S3Requests(settings);
    this.#wholeBytes = wholeBytesOf(settings);
    this.#uploadConcurrency = Math.max(1, settings.uploadConcurrency ?? 3);
    // What one upload holds: those on their way and the one that is filled.
    this.#pieceMemory = new PieceMemory(pieceBytesOf(settings), this.#uploadConcurrency + 1);
    this.#logger = settings.logger ?? silentLogger;
  }

  get serverDate(): Date | null {
    return this.#requests.serverDate;
  }

  async get(key: string): Promise<StoredObject | null> {
    return this.#unlessMissing(() =>
      this.#requests.repeatable({ operation: 'GetObject', key }, () => new GetObjectCommand({ Bucket: this.bucket, Key: key }), async ({ output, date }) => {
        const body = await output.Body!.transformToByteArray();
        if (body.length !== output.ContentLength) throw this.#invalid('GetObject', key, `${body.length} of ${output.ContentLength} bytes came`);
        return { ...this.#info('GetObject', key, output, date), body };
      }),
    );
  }

  async getText(key: string): Promise<(ObjectInfo & { readonly text: string }) | null> {
    const found = await this.get(key);
    if (found === null) return null;
    const { body, ...info } = found;
    return { ...info, text: decodeText(this.bucket, key, body) };
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const found = await this.#unlessMissing(() => this.#requests.repeatable({ operation: 'HeadObject', key }, () => new HeadObjectCommand({ Bucket: this.bucket, Key: key }), ({ output, date }) => this.#info('HeadObject', key, output, date)));
    // The answer to HEAD has no body, so a missing bucket looks like a missing object.
    if (found === null) await this.serverNow();
    return found;
  }

  async put(key: string, body: Uint8Array | string, { ifNoneMatch, ifMatch, contentType }: PutOptions = {}): Promise<PutResult> {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const command = (): PutObjectCommand =>
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: bytes, ContentLength: bytes.length, ContentType: contentType ?? DEFAULT_CONTENT_TYPE, ChecksumAlgorithm: 'CRC32', IfNoneMatch: ifNoneMatch, IfMatch: ifMatch });
    const asked = { operation: 'PutObject', key };
    const read = ({ output, date }: { readonly output: { readonly ETag?: string }; readonly date: Date }): PutResult => {
      if (output.ETag === undefined) throw this.#invalid('PutObject', key, 'it has no ETag');
      return { etag: output.ETag, date };
    };
    const isConditional = ifNoneMatch !== undefined || ifMatch !== undefined;
    return isConditional ? this.#requests.once(asked, command, read) : this.#requests.repeatable(asked, command, read);
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<ListedObject> {
    return listObjects(this.#requests, prefix, options);
  }

  async deleteMany(keys: Iterable<string>): Promise<void> {
    await deleteObjects(this.#requests, keys);
  }

  async deleteEveryVersion(keys: ReadonlySet<string>, prefix: string): Promise<void> {
    await deleteEveryVersion(this.#requests, keys, prefix);
  }

  listUploads(prefix: string): AsyncIterable<UnfinishedUpload> {
    return listUploads(this.#requests, prefix);
  }

  async abortUpload(upload: Pick<UnfinishedUpload, 'key' | 'uploadId'>): Promise<void> {
    await abortUpload(this.#requests, upload);
  }

  openUpload(key: string, { contentType = DEFAULT_CONTENT_TYPE }: { readonly contentType?: string } = {}): ByteSink {
    return new S3Upload(this.#requests, {
      key,
      contentType,
      memory: this.#pieceMemory,
      wholeBytes: this.#wholeBytes,
      concurrency: this.#uploadConcurrency,
      logger: this.#logger,
      putWhole: (body) => this.put(key, body, { contentType }),
    });
  }

  async serverNow(): Promise<Date> {
    try {
      return await this.#requests.repeatable({ operation: 'HeadBucket' }, () => new HeadBucketCommand({ Bucket: this.bucket }), ({ date }) => date);
    } catch (error) {
      // HEAD has no body to name the missing thing; here it can only be the bucket.
      if (!isTidemarkError(error) || error.code !== 'STORE_NOT_FOUND') throw error;
      throw new StoreError('STORE_BUCKET_MISSING', { message: `There is no bucket ${this.bucket}.`, details: { operation: 'HeadBucket', bucket: this.bucket }, cause: error });
    }
  }

  async probeConditionalWrites(prefix: string): Promise<void> {
    await probeConditionalWrites(this, prefix, this.#logger);
  }

  close(): void {
    this.#requests.close();
    this.#pieceMemory.clear();
  }

  async #unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (isTidemarkError(error) && error.code === 'STORE_NOT_FOUND') return null;
      throw error;
    }
  }

  #info(operation: string, key: string, output: { readonly ETag?: string; readonly ContentLength?: number; readonly LastModified?: Date }, date: Date): ObjectInfo {
    if (output.ETag === undefined || output.ContentLength === undefined || output.LastModified === undefined) throw this.#invalid(operation, key, 'it has no ETag, length or date');
    return { key, etag: output.ETag, byteLength: output.ContentLength, lastModified: output.LastModified, date };
  }

  #invalid(operation: string, key: string, found: string): StoreError {
    return new StoreError('STORE_ANSWER_INVALID', { message: `The answer to ${operation} on s3://${this.bucket}/${key} is not usable: ${found}.`, details: { operation, bucket: this.bucket, key } });
  }
}
