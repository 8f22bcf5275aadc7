import { silentLogger, type Logger } from '@tidemark/domain';
import type { CopyAuthorizationSource } from './copy/copy-authorization.ts';
import { countRows } from './count-rows.ts';
import { analyzeTable } from './table/analyze-table.ts';
import { inspectTarget } from './inspect-target.ts';
import { fenceLedger } from './ledger/fence-ledger.ts';
import { loadGroup, type LoadEnvironment } from './load-group.ts';
import type { RedshiftTarget, SessionOpener } from './ports.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './session/retry-policy.ts';
import { prepareTable } from './table/prepare-table.ts';

export interface RedshiftTargetOptions {
  readonly openSession: SessionOpener;
  readonly copyAuthorization: CopyAuthorizationSource;
  readonly logger?: Logger;
  /** Five tries, half a second apart and doubling, by default. */
  readonly retry?: RetryPolicy;
  /** How long a fence waits for the ledger before it ends the session that holds it, in milliseconds; 20 s by default. */
  readonly lockWaitMs?: number;
}

/** Loads into Redshift over sessions that the opener gives; every call opens and closes its own. */
export function createRedshiftTarget({ openSession, copyAuthorization, logger = silentLogger, retry = DEFAULT_RETRY, lockWaitMs }: RedshiftTargetOptions): RedshiftTarget {
  const environment: LoadEnvironment = { openSession, copyAuthorization, logger, retry };
  return {
    inspect: (task, target, waitMs, adopt) => inspectTarget(environment, task, target, waitMs, adopt),
    countRows: (target, where) => countRows(environment, target, where),
    fence: (request) => fenceLedger(environment, request, lockWaitMs),
    prepare: (request) => prepareTable(environment, request),
    load: (request) => loadGroup(environment, request),
    analyze: (target) => analyzeTable(environment, target),
  };
}
