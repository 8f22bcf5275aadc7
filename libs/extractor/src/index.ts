export { EXTRACTOR_ERRORS, ExtractorError, type ExtractorErrorCode } from './errors.ts';
export type { BatchLimits, ConnectionSource, MysqlConnection, QuarantineLimits, SourceBatch } from './ports.ts';
export { describeTable } from './source/describe-table.ts';
export { readClock } from './source/read-clock.ts';
export { prepareSession, sessionStatements, type SessionOptions } from './source/session.ts';
export type { SnapshotSession } from './reading/snapshot-session.ts';
export { TableReader, type TableReaderOptions } from './table-reader.ts';
