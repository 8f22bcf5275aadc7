import { DEFAULT_CHECKSUM_ALGORITHM } from '../checksum/checksum-algorithm.ts';
import type { StoredChecksum } from '../checksum/checksum-algorithm.ts';
import type { ReceivedBody } from '../body/receive-body.ts';
import { checksumHeaders, OBJECT_WRITE_HEADERS, quote, readObjectAttributes, versionHeader } from './object-headers.ts';
import type { Operation } from './operation.ts';
import { readWriteCondition } from './write-condition.ts';
import { writeObject } from './write-object.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Operation = {
  name: 'PutObject',
  method: 'PUT',
  level: 'object',
  action: 's3:PutObject',
  headers: [...OBJECT_WRITE_HEADERS, 'x-amz-checksum-*', 'x-amz-sdk-checksum-algorithm', 'x-amz-trailer', 'x-amz-decoded-content-length', 'if-match', 'if-none-match'],
  body: 'stream',
  run: async (context) => {
    const { headers } = context.request;
    const bucket = context.bucket();
    const condition = readWriteCondition(headers);
    const attributes = readObjectAttributes(headers);
    const watch = bucket.objects.watch(context.key);
    try {
      const body = await context.receive(DEFAULT_CHECKSUM_ALGORITHM);
      try {
        const version = await writeObject(context, {
          bucket,
          condition,
          watch,
          publish: () => body.publish(),
          draft: () => ({ ...attributes, etag: body.md5.toString('hex'), size: body.size, segments: [body.segment], checksum: fullObjectChecksum(body) }),
        });
        return {
          status: 200,
          headers: { etag: quote(version.etag), 'x-amz-server-side-encryption': 'AES256', ...checksumHeaders(version.checksum), ...versionHeader(version) },
        };
      } catch (error) {
        await body.discard();
        throw error;
      }
    } finally {
      watch.end();
    }
  },
};

/** The checksum of a body that was received in one piece. */
export function fullObjectChecksum({ checksum }: ReceivedBody): StoredChecksum | undefined {
  return checksum && { algorithm: checksum.algorithm, value: checksum.value, type: 'FULL_OBJECT' };
}
