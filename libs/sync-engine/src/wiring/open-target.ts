import type { ResolvedS3, ResolvedTarget } from '@tidemark/config';
import type { RedshiftPool } from '@tidemark/connections';
import type { Logger } from '@tidemark/domain';
import { createRedshiftTarget, sessionFromPgClient } from '@tidemark/redshift-loader';
import type { TargetPort } from '../engine/ports.ts';
import { copyAuthorization } from './copy-authorization.ts';

/** Loads through sessions of a target connection. */
export function openTarget(pool: RedshiftPool, target: ResolvedTarget, s3: ResolvedS3, logger: Logger): TargetPort {
  return createRedshiftTarget({ openSession: async () => sessionFromPgClient(await pool.take()), copyAuthorization: copyAuthorization(target, s3), logger });
}
