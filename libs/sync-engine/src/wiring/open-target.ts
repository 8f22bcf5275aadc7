import type { ResolvedS3, ResolvedTarget } from '@tidemark/config';
import type { RedshiftPool } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import { createRedshiftTarget, sessionFromPgClient, type CopyAuthorizationSource } from '@tidemark/redshift-loader';
import type { TargetPort } from '../engine/ports.ts';
import { WiringError } from './errors.ts';

/** Loads through sessions of a target connection. */
export function openTarget(pool: RedshiftPool, target: ResolvedTarget, s3: ResolvedS3, logger: Logger): TargetPort {
  return createRedshiftTarget({ openSession: async () => sessionFromPgClient(await pool.take()), copyAuthorization: copyAuthorization(target, s3), logger });
}

/** An IAM role where the target names one, else the keys of the S3 configuration. */
function copyAuthorization(target: ResolvedTarget, s3: ResolvedS3): CopyAuthorizationSource {
  if (target.iamRole !== null) return { iamRole: target.iamRole };
  if (s3.credentials !== null) return s3.credentials;
  throw new WiringError('COPY_AUTHORIZATION_MISSING', {
    message: `COPY has nothing to read S3 with: the target ${target.name} names no iam_role, and the S3 configuration ${s3.name} has no keys.`,
    details: { target: target.name, s3_config: s3.name },
  });
}
