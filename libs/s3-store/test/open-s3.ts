import { Secret } from '@tidemark/domain';
import type { S3ForTests } from '@tidemark/testkit';
import { createS3Store, type S3Store, type S3StoreSettings } from '../src/index.ts';

/** A store on the tests' server; waits between repetitions are short. */
export function openS3(s3: S3ForTests, settings: Partial<S3StoreSettings> = {}): S3Store {
  return createS3Store({
    bucket: s3.bucket,
    region: s3.region,
    endpoint: s3.endpoint,
    forcePathStyle: s3.forcePathStyle,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: new Secret(s3.secretAccessKey), sessionToken: null },
    retry: { attempts: 4, baseMs: 5, maxMs: 20 },
    pieceBytes: 5 * 1024 * 1024,
    ...settings,
  });
}
