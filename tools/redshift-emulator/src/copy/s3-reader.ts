import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeKey, signedGetHeaders, type AwsCredentials } from './sign-request.ts';

/** S3 refused a request. */
export class S3Failure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, requestId: string) {
    super(`S3ServiceException:${message},Status ${status},Error ${code},Rid ${requestId}`);
    this.name = 'S3Failure';
    this.status = status;
    this.code = code;
  }
}

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

export interface S3Object extends S3Location {
  readonly byteLength: number;
}

const ATTEMPTS = 3;
const RETRY_DELAY_MS = 50;

/** Cuts `s3://bucket/key` in two. */
export function parseS3Url(url: string): S3Location | undefined {
  const match = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url);
  return match === null ? undefined : { bucket: match[1]!, key: match[2]! };
}

const tagText = (xml: string, tag: string): string | undefined =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');

/** Reads objects with signed GET requests. */
export class S3Reader {
  readonly #endpoint: string;
  readonly #region: string;
  readonly #credentials: AwsCredentials;

  constructor(endpoint: string, region: string, credentials: AwsCredentials) {
    this.#endpoint = endpoint.replace(/\/$/, '');
    this.#region = region;
    this.#credentials = credentials;
  }

  /** The whole object as text. */
  async text(location: S3Location): Promise<string> {
    const response = await this.#get(this.#objectUrl(location));
    return response.text();
  }

  /** Writes the object to a file; gives its length in bytes. */
  async download(location: S3Location, path: string): Promise<number> {
    const response = await this.#get(this.#objectUrl(location));
    let byteLength = 0;
    if (response.body === null) throw new S3Failure(response.status, 'InternalError', 'empty answer', '-');
    await pipeline(Readable.fromWeb(response.body), async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        byteLength += chunk.length;
        yield chunk;
      }
    }, createWriteStream(path));
    return byteLength;
  }

  /** All objects whose key begins with the prefix, in key order. */
  async list(bucket: string, prefix: string): Promise<S3Object[]> {
    const objects: S3Object[] = [];
    let token: string | undefined;
    do {
      const url = new URL(`${this.#endpoint}/${encodeKey(bucket)}`);
      url.searchParams.set('list-type', '2');
      url.searchParams.set('prefix', prefix);
      if (token !== undefined) url.searchParams.set('continuation-token', token);
      const xml = await (await this.#get(url)).text();
      for (const [, entry] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        objects.push({ bucket, key: tagText(entry!, 'Key') ?? '', byteLength: Number(tagText(entry!, 'Size')) });
      }
      token = tagText(xml, 'IsTruncated') === 'true' ? tagText(xml, 'NextContinuationToken') : undefined;
    } while (token !== undefined);
    return objects;
  }

  #objectUrl({ bucket, key }: S3Location): URL {
    return new URL(`${this.#endpoint}/${encodeKey(bucket)}/${encodeKey(key)}`);
  }

  async #get(url: URL): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(url, { headers: signedGetHeaders(url, this.#region, this.#credentials) });
      if (response.ok) return response;
      const xml = await response.text();
      const failure = new S3Failure(response.status, tagText(xml, 'Code') ?? 'Unknown', tagText(xml, 'Message') ?? response.statusText, response.headers.get('x-amz-request-id') ?? '-');
      if (response.status < 500 || attempt === ATTEMPTS) throw failure;
      await sleep(RETRY_DELAY_MS * attempt);
    }
  }
}
