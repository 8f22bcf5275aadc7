import { S3Client, type $Command, type S3ClientResolvedConfig, type ServiceInputTypes, type ServiceOutputTypes } from '@aws-sdk/client-s3';
import { StoreError } from './errors.ts';
import { RequestPace } from './request-pace.ts';
import { DEFAULT_RETRY, sendWithRetry } from './retry.ts';
import type { S3StoreSettings } from './s3-settings.ts';
import { translateError, type Asked, type Failure } from './translate-error.ts';

type S3Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<I, O, S3ClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>;

/** Longest time for one request with its body: a piece of an upload over a slow line included. */
const REQUEST_TIMEOUT_MS = 120_000;

/** Longest wait for a store that has not answered yet: an address where nothing answers is told soon. */
const FIRST_ANSWER_TIMEOUT_MS = 10_000;
/** A body up to this size takes no time worth mentioning. */
const SMALL_BODY_BYTES = 65_536;

/** What a caller says of a request. */
type What = Pick<Asked, 'operation' | 'key'>;

/** An answer with the store's clock at the time. */
export interface Answer<T> {
  readonly output: T;
  readonly date: Date;
}

/** Sends requests to one bucket: signing, time limits, declared retries, translated errors and the store's clock. */
export class S3Requests {
  readonly bucket: string;
  readonly #client: S3Client;
  readonly #settings: S3StoreSettings;
  readonly #pace: RequestPace | null;
  #serverDate: Date | null = null;

  constructor(settings: S3StoreSettings) {
    this.bucket = settings.bucket;
    this.#settings = settings;
    this.#pace = settings.retryMode === 'adaptive' ? new RequestPace() : null;
    const credentials = settings.credentials ?? null;
    const endpoint = settings.endpoint ?? null;
    this.#client = new S3Client({
      region: settings.region,
      ...(endpoint === null ? {} : { endpoint }),
      forcePathStyle: settings.forcePathStyle ?? false,
      followRegionRedirects: false,
      // The SDK would repeat conditional writes too; who may be repeated is decided here.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: settings.connectTimeoutMs ?? 5_000,
        socketTimeout: settings.idleTimeoutMs ?? 20_000,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
        httpAgent: { maxSockets: settings.maxConnections ?? 20, keepAlive: true },
        httpsAgent: { maxSockets: settings.maxConnections ?? 20, keepAlive: true },
      },
      ...(credentials === null
        ? {}
        : {
            credentials: () =>
              Promise.resolve({
                accessKeyId: credentials.accessKeyId,
                secretAccessKey: credentials.secretAccessKey.reveal(),
                ...(credentials.sessionToken === null ? {} : { sessionToken: credentials.sessionToken.reveal() }),
              }),
          }),
    });
    if (!(settings.signPayload ?? endpoint?.startsWith('http:') ?? false)) this.#leavePayloadUnsigned();
  }

  /** The SDK takes the header as it is given and leaves out the digest of the body. */
  #leavePayloadUnsigned(): void {
    this.#client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context['commandName'] === 'PutObjectCommand' || context['commandName'] === 'UploadPartCommand') (args.request as { readonly headers: Record<string, string> }).headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
        return next(args);
      },
      { step: 'build', name: 'unsignedPayload' },
    );
  }

  get serverDate(): Date | null {
    return this.#serverDate;
  }

  /** Sends a request that has the same effect however often it arrives. */
  async repeatable<I extends ServiceInputTypes, O extends ServiceOutputTypes, T>(asked: What, command: () => S3Command<I, O>, read: (answer: Answer<O>) => Promise<T> | T): Promise<T> {
    return this.#send(asked, command, read, (failure) => failure.isTransient);
  }

  /** Sends a request once; again only after answers that prove that it changed nothing. */
  async once<I extends ServiceInputTypes, O extends ServiceOutputTypes, T>(asked: What, command: () => S3Command<I, O>, read: (answer: Answer<O>) => Promise<T> | T): Promise<T> {
    return this.#send(asked, command, read, (failure) => failure.isHarmless);
  }

  close(): void {
    this.#client.destroy();
  }

  async #send<I extends ServiceInputTypes, O extends ServiceOutputTypes, T>(
    what: What, command: () => S3Command<I, O>, read: (answer: Answer<O>) => Promise<T> | T, mayRepeat: (failure: Failure) => boolean,
  ): Promise<T> {
    const asked: Asked = { ...what, bucket: this.bucket, endpoint: this.#settings.endpoint ?? null };
    const translate = (raw: unknown): Failure => {
      const failure = translateError(raw, asked);
      this.#pace?.failed(raw);
      this.#settings.logger?.debug({ ...failure.error.details, code: failure.error.code, isTransient: failure.isTransient }, 'object store request failed');
      return failure;
    };
    const send = async (): Promise<T> => {
      await this.#pace?.turn();
      const result = await read(await this.#exchange(asked, command()));
      this.#pace?.succeeded();
      return result;
    };
    return sendWithRetry(send, translate, mayRepeat, { ...DEFAULT_RETRY, ...this.#settings.retry });
  }

  async #exchange<I extends ServiceInputTypes, O extends ServiceOutputTypes>(asked: Asked, command: S3Command<I, O>): Promise<Answer<O>> {
    let header: string | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        header = (result.response as { readonly headers?: Readonly<Record<string, string>> } | undefined)?.headers?.['date'];
        return result;
      },
      { step: 'deserialize', priority: 'high', name: 'serverDate' },
    );
    const isFirst = this.#serverDate === null && bodyLength(command.input) <= SMALL_BODY_BYTES;
    const output = await this.#client.send(command, isFirst ? { requestTimeout: this.#settings.firstAnswerTimeoutMs ?? FIRST_ANSWER_TIMEOUT_MS } : {});
    const date = new Date(header ?? Number.NaN);
    if (Number.isNaN(date.getTime())) {
      throw new StoreError('STORE_ANSWER_INVALID', { message: `${asked.operation} on s3://${asked.bucket} was answered without a Date header.`, details: { operation: asked.operation, bucket: asked.bucket } });
    }
    if (this.#serverDate === null || date > this.#serverDate) this.#serverDate = date;
    return { output, date };
  }
}

function bodyLength(input: object): number {
  const { Body: body } = input as { readonly Body?: { readonly length?: number } };
  return body?.length ?? 0;
}
