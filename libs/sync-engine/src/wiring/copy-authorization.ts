import type { ResolvedS3, ResolvedTarget } from '@tidemark/config';
import type { CopyAuthorizationSource } from '@tidemark/redshift-loader';
import { WiringError } from './errors.ts';

/**
 * With what COPY reads S3: the IAM roles where the target names them, else the keys of the S3 configuration, with their token.
 * @throws WiringError `COPY_AUTHORIZATION_MISSING`
 */
export function copyAuthorization(target: Pick<ResolvedTarget, 'name' | 'iamRole'>, s3: Pick<ResolvedS3, 'name' | 'credentials'>): CopyAuthorizationSource {
  if (target.iamRole !== null) return { iamRole: target.iamRole };
  if (s3.credentials !== null) return s3.credentials;
  throw new WiringError('COPY_AUTHORIZATION_MISSING', {
    message: `COPY has nothing to read S3 with: the target ${target.name} names no iam_role, and the S3 configuration ${s3.name} has no keys.`,
    details: { target: target.name, s3_config: s3.name },
  });
}
