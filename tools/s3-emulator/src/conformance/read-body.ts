import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';

/** Reads the whole body of an answer. */
export async function readBody(output: Pick<GetObjectCommandOutput, 'Body'>): Promise<Buffer> {
  return Buffer.from(await output.Body!.transformToByteArray());
}
