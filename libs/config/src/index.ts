export { adHocIdentity, type AdHocPipeline } from './ad-hoc.ts';
export { buildConfig } from './build-config.ts';
export { checkFiles } from './check-files.ts';
export type { ConfigFlags, ConfigTexts } from './config-texts.ts';
export { parseEnv, type ParsedEnv } from './env/parse-env.ts';
export { ALLOWED_PREFIXES } from './env/variables.ts';
export { CONFIG_ERRORS, ConfigError, type ConfigErrorCode } from './errors.ts';
export type { ExplainedValue, SetValue } from './explain.ts';
export { findPipelineForTable, type FoundPipeline, type TableRequest } from './find/find-pipeline.ts';
export { resolveTable } from './find/resolve-table.ts';
export type { NotCarried } from './import/carry-keys.ts';
export { importSetup, type ImportedSetup } from './import/import-setup.ts';
export type { ImportFinding, OldFiles } from './import/old-files.ts';
export { newSetup, type NewSetup, type SetupAnswers } from './setup/new-setup.ts';
export type { LoadedConfig, LoadedPipeline, NamedSet, PipelineOutline } from './loaded-config.ts';
export type { ConfigProblem } from './problem/config-problem.ts';
export type { SecretSource } from './secret/ports.ts';
export { resolveSecrets } from './secret/resolve-secrets.ts';
export { SecretInStore, type SecretReference, type SecretScheme } from './secret/secret-reference.ts';
export { durationMs, isDuration } from './resolve/duration.ts';
export { nearMisses } from './problem/near-misses.ts';
export type { ResolvedTableKeys } from './redshift-keys/redshift-keys.ts';
export { REDSHIFT_KEYS_SCHEMA } from './redshift-keys/redshift-keys-schema.ts';
export type { SourceText } from './problem/source-text.ts';
export type {
  CustomSqlReading, FullSyncReading, HybridReading, IdOnlyReading, LateCommits, Origin, PipelineSide, ResolvedAuth, ResolvedPipeline, ResolvedPool, ResolvedProcessing, ResolvedReading, ResolvedS3, ResolvedS3Performance, ResolvedScd2, ResolvedSource, ResolvedSshHost, ResolvedTable, ResolvedTarget, ResolvedTls, ResolvedTunnel, ResolvedTypePolicies, TimeReading, TimestampOnlyReading, TlsMode,
} from './resolved.ts';
export { publishedSchema, type FileKind } from './schema/file-kinds.ts';
