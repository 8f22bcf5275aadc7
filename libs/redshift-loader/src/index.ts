export type { CopyAuthorization, CopyAuthorizationSource } from './copy/copy-authorization.ts';
export { LOADER_ERRORS, LoaderError } from './errors.ts';
export { createLedgerReader, type LedgerReader, type LedgerRow } from './ledger/ledger-reader.ts';
export { ledgerOwner, ledgerTable } from './ledger/ledger-table.ts';
export { sessionFromPgClient, type PgClient } from './pg-session.ts';
export type { FenceRequest, LoadRequest, PreparedTable, PrepareRequest, RedshiftSession, RedshiftTarget, SessionOpener, SessionPurpose, StatementResult, TableChangeRights, TargetState, TargetTable } from './ports.ts';
export { createRedshiftTarget, type RedshiftTargetOptions } from './redshift-target.ts';
export { DEFAULT_RETRY, type RetryPolicy } from './session/retry-policy.ts';
export { renderStatements } from './render-statements.ts';
