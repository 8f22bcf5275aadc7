import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export interface BucketEndpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The objects of a bucket as somebody with a client of his own sees and changes them. */
export class Bucket {
  readonly #client: S3Client;
  readonly #name: string;

  constructor({ endpoint, region, accessKeyId, secretAccessKey }: BucketEndpoint, name: string) {
    this.#client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
    this.#name = name;
  }

  /** Keys that hold a text, in order. */
  async keysWith(text: string): Promise<string[]> {
    const { Contents: objects = [], IsTruncated: isTruncated } = await this.#client.send(new ListObjectsV2Command({ Bucket: this.#name }));
    if (isTruncated === true) throw new Error('more objects than a test makes');
    return objects.flatMap(({ Key: key }) => (key?.includes(text) === true ? [key] : [])).sort();
  }

  async text(key: string): Promise<string> {
    const { Body: body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }));
    return await body!.transformToString();
  }

  async bytes(key: string): Promise<Uint8Array> {
    const { Body: body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }));
    return await body!.transformToByteArray();
  }

  async put(key: string, text: string): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#name, Key: key, Body: text }));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#name, Key: key }));
  }
}
