import type { ResolvedS3 } from '../resolved.ts';
import type { S3_SCHEMA } from '../schema/connections-schema.ts';
import type { FilledOf } from '../schema/schema-node.ts';
import { keyPrefix } from './key-prefix.ts';
import { optionalSecret, secretOf } from './optional-secret.ts';

export const REQUIRED_S3_KEYS = ['bucket_name', 'region'] as const;

type Filled = FilledOf<typeof S3_SCHEMA>;
/** A checked S3 configuration: defaults filled in, required keys there, both keys or none. */
export type S3Value = Filled & { readonly [P in (typeof REQUIRED_S3_KEYS)[number]]-?: NonNullable<Filled[P]> };

export function resolveS3(name: string, value: S3Value): ResolvedS3 {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken } = value;
  return {
    name,
    bucket: value.bucket_name,
    region: value.region,
    endpoint: value.endpoint ?? null,
    forcePathStyle: value.force_path_style,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? null
        : { accessKeyId, secretAccessKey: secretOf(secretAccessKey), sessionToken: optionalSecret(sessionToken) },
    incrementalPath: keyPrefix(value.incremental_path),
    watermarkPath: keyPrefix(value.watermark_path),
    performance: resolvePerformance(value.performance),
  };
}

function resolvePerformance(value: S3Value['performance']): ResolvedS3['performance'] {
  return {
    multipartThreshold: value.multipart_threshold ?? value.multipart_chunksize,
    multipartChunkBytes: value.multipart_chunksize,
    maxConcurrency: value.max_concurrency,
    maxPoolConnections: value.max_pool_connections,
    retryMaxAttempts: value.retry_max_attempts,
    retryMode: value.retry_mode,
  };
}
