import type { ResolvedTableKeys } from './redshift-keys/redshift-keys.ts';
import type { LoadMode, MaskRule, Secret, ValuePolicies } from '@tidemark/domain';

/** Where a value came from, for `explain` and for messages: a file with a line, an environment variable, or the default. */
export interface Origin {
  readonly layer: 'default' | 'template' | 'pipeline' | 'tables' | 'environment' | 'flag';
  readonly file: string | null;
  readonly line: number | null;
}

export type TlsMode = 'disabled' | 'preferred' | 'required' | 'verify-ca' | 'verify-full';

export interface ResolvedTls {
  readonly mode: TlsMode;
  /** Absolute path of a PEM file with the certificate authorities to trust. */
  readonly caFile: string | null;
}

export interface ResolvedSshHost {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly privateKeyPath: string | null;
  readonly passphrase: Secret | null;
  readonly password: Secret | null;
  /** Use the agent at SSH_AUTH_SOCK. */
  readonly useAgent: boolean;
  /** Absolute path; null when the fingerprint is given. */
  readonly knownHostsPath: string | null;
  /** `SHA256:` and base64 without padding, as ssh-keygen prints it. */
  readonly hostKeySha256: string | null;
}

export interface ResolvedTunnel extends ResolvedSshHost {
  readonly localPort: number;
  readonly keepaliveMs: number;
  /** Servers to pass before this one, in their order. */
  readonly jump: readonly ResolvedSshHost[];
}

export interface ResolvedPool {
  /** Connections that stay open between two uses. */
  readonly minConnections: number;
  /** Connections at the same time. */
  readonly maxConnections: number;
  /** Tries to connect. */
  readonly retryAttempts: number;
}

/** How a login is proved: by the password, or by credentials that AWS gives for a while. */
export type ResolvedAuth =
  | { readonly kind: 'password' }
  | { readonly kind: 'rds'; readonly region: string }
  | { readonly kind: 'cluster'; readonly region: string; readonly clusterIdentifier: string }
  | { readonly kind: 'serverless'; readonly region: string; readonly workgroupName: string };

export interface ResolvedSource {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  /** Empty where `auth` is not the password. */
  readonly password: Secret;
  readonly auth: ResolvedAuth;
  readonly pool: ResolvedPool;
  /** `UTC`, an IANA name, or `server` for the server's own zone. */
  readonly cursorTimeZone: string;
  readonly tls: ResolvedTls;
  readonly tunnel: ResolvedTunnel | null;
}

export interface ResolvedTarget {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly schema: string;
  /** Where the load ledger lives; the schema when it is not given. */
  readonly workSchema: string;
  /** Empty with a workgroup, where IAM names the user. */
  readonly username: string;
  /** Empty where `auth` is not the password. */
  readonly password: Secret;
  readonly auth: ResolvedAuth;
  readonly pool: ResolvedPool;
  readonly tls: ResolvedTls;
  readonly tunnel: ResolvedTunnel | null;
  /** ARN (or a comma-separated chain), `default`, or null: COPY then uses the S3 configuration's keys. */
  readonly iamRole: string | null;
  readonly queryGroup: string | null;
}

export interface ResolvedS3 {
  readonly name: string;
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string | null;
  readonly forcePathStyle: boolean;
  /** Null: the default AWS credential chain. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: Secret; readonly sessionToken: Secret | null } | null;
  /** Ends with `/` or is empty. */
  readonly incrementalPath: string;
  /** Ends with `/` or is empty. */
  readonly watermarkPath: string;
  readonly performance: ResolvedS3Performance;
}

export interface ResolvedS3Performance {
  /** Objects up to this many bytes are sent in one request. */
  readonly multipartThreshold: number;
  readonly multipartChunkBytes: number;
  /** Pieces of one upload on their way at once. */
  readonly maxConcurrency: number;
  readonly maxPoolConnections: number;
  /** Requests in all, the first included. */
  readonly retryMaxAttempts: number;
  readonly retryMode: 'standard' | 'adaptive';
}

export interface ResolvedProcessing {
  readonly batchSize: number;
  readonly batchMaxBytes: number;
  readonly targetFileBytes: number;
  /** Most rows of one Parquet file; null without a limit. */
  readonly maxFileRows: number | null;
  /** Whether Parquet is encoded in a thread of its own. */
  readonly encodeInThread: boolean;
  readonly loadTargetBytes: number;
  /** Longest time without a row, in milliseconds. */
  readonly queryTimeoutMs: number;
}

/** What the strategies that read by a timestamp share. */
export interface TimeReading {
  /** Null: found from the table's definition. */
  readonly timestampColumn: string | null;
  readonly timestampFormat: 'datetime' | 'unix' | 'unix_ms' | 'auto';
  readonly lagMs: number;
  /** Null: as the load mode needs it. */
  readonly lookbackMs: number | null;
  readonly lateCommits: LateCommits;
  readonly nullCursor: 'fail' | 'include' | 'exclude';
  readonly additionalWhere: string | null;
}

/** `guard`: the end of a run stays below open transactions; `lookback`: a window is read again; `accept`: nothing is done. */
export type LateCommits = 'guard' | 'lookback' | 'accept';

/** Reads `(timestamp, id)`, in that order. */
export interface HybridReading extends TimeReading {
  readonly strategy: 'hybrid';
  /** Null: found from the table's definition. */
  readonly idColumn: string | null;
}

/** Reads whole ticks of a timestamp. */
export interface TimestampOnlyReading extends TimeReading {
  readonly strategy: 'timestamp_only';
}

/** Reads ids, of rows that are only added. */
export interface IdOnlyReading {
  readonly strategy: 'id_only';
  readonly idColumn: string | null;
  /** Null: as the load mode has it. */
  readonly idLookback: number | null;
  readonly lateCommits: LateCommits;
  readonly additionalWhere: string | null;
}

/** Reads the whole table in every run. */
export interface FullSyncReading {
  readonly strategy: 'full_sync';
  readonly resumable: boolean;
  readonly additionalWhere: string | null;
}

/** Reads the rows of a query, by cursor columns that it gives. */
export interface CustomSqlReading extends TimeReading {
  readonly strategy: 'custom_sql';
  /** Null when it is missing. */
  readonly query: string | null;
  readonly idColumn: string | null;
  /** Null: as the load mode has it. */
  readonly idLookback: number | null;
}

/** The settings of a strategy, by its name. */
export type ResolvedReading = HybridReading | TimestampOnlyReading | IdOnlyReading | FullSyncReading | CustomSqlReading;

/** How history is kept, with load mode scd2. Columns of the source by their names there. */
export interface ResolvedScd2 {
  /** Null: the merge keys. */
  readonly keys: readonly string[] | null;
  /** Null: every column but the keys and the effective one. */
  readonly tracked: readonly string[] | null;
  /** `cursor`, `snapshot` or a column. */
  readonly effective: string;
  /** `YYYY-MM-DD hh:mm:ss`; null: the effective time. */
  readonly firstValidFrom: string | null;
  readonly expireMissing: boolean;
  readonly maxExpirePercent: number;
  /** Names in Redshift. */
  readonly columns: { readonly key: string; readonly from: string; readonly to: string; readonly current: string; readonly hash: string };
}

export interface ResolvedTable {
  /** `schema.table` at the source. */
  readonly name: string;
  /** Exact scoped name, `CONNECTION:schema.table`. */
  readonly scopedName: string;
  /** False when the pipeline does not list it and `default_table_config` was used. */
  readonly isListed: boolean;
  /** How its rows are found. */
  readonly reading: ResolvedReading;
  readonly includeColumns: readonly string[] | null;
  readonly excludeColumns: readonly string[];
  /** Source names of columns that are written as their HMAC-SHA256. */
  readonly hashColumns: readonly string[];
  /** What is left of the values of a column, by source name. */
  readonly maskColumns: Readonly<Record<string, MaskRule>>;
  /** Choices of `types` for single columns, by source name. */
  readonly columnPolicies: Readonly<Record<string, Partial<ResolvedTypePolicies>>>;
  /** Null: replace for full_sync, else merge with a key, else append. */
  readonly loadMode: LoadMode | null;
  /** Source names; null: the primary key. */
  readonly mergeKeys: readonly string[] | null;
  readonly swap: 'delete_insert' | 'rename';
  readonly scd2: ResolvedScd2;
  readonly preSql: readonly string[];
  readonly postSql: readonly string[];
  readonly analyze: 'never' | 'auto' | 'always';
  readonly targetSchema: string;
  readonly targetTable: string;
  /** What redshift_keys.json says of the table; null when it says nothing. */
  readonly redshiftKeys: ResolvedTableKeys | null;
  readonly tableType: 'fact' | 'dimension' | null;
  /** Whether keys that the optimizer proposes are applied, or only shown. */
  readonly optimizer: 'propose' | 'apply';
  /** Names in Redshift by source name, where the configuration gives them. */
  readonly renameColumns: Readonly<Record<string, string>>;
  readonly schemaContract: 'evolve' | 'freeze' | 'discard';
  readonly evolveBackfill: 'stop' | 'auto';
  readonly types: ResolvedTypePolicies;
  /** Most rows of a run that are set aside because they cannot be represented; 0 sets none aside. */
  readonly quarantineMaxRows: number;
  readonly processing: ResolvedProcessing;
  /** Listed tables, as `schema.table`, that a run finishes before it begins with this one. */
  readonly dependsOn: readonly string[];
}

/** The choices of a table's `types:`; the value policies are applied while decoding, the others choose the staged type. */
export interface ResolvedTypePolicies extends Required<Pick<ValuePolicies, 'zeroDate' | 'invalidUtf8' | 'nulByte'>> {
  readonly oversizeString: 'fail' | 'truncate' | 'to_null' | 'quarantine';
  readonly oversizeBinary: 'fail' | 'truncate' | 'to_null' | 'quarantine';
  readonly tinyint1: 'smallint' | 'boolean';
  readonly bit1: 'boolean' | 'smallint';
  readonly time: 'varchar' | 'bigint_micros';
  readonly decimalOver38: 'varchar' | 'narrow';
  readonly binary: 'hex' | 'varbyte';
  readonly json: 'varchar' | 'super';
  readonly geometry: 'fail' | 'hex_wkb' | 'wkt';
}

/** One of the two databases of a pipeline. */
export type PipelineSide = 'source' | 'target';

export interface ResolvedPipeline {
  /** The pipeline's identity: the stem of its file. */
  readonly identity: string;
  /** `pipeline.name`, an alias that commands take too. */
  readonly alias: string | null;
  readonly file: string;
  /** The databases that may be connected to. The other one has no secrets and no tunnel, and text of it that cannot be had is empty. */
  readonly needs: readonly PipelineSide[];
  readonly source: ResolvedSource;
  readonly target: ResolvedTarget;
  readonly s3: ResolvedS3;
  /** Ends with `/` or is empty. */
  readonly isolationPrefix: string;
  readonly partitionStrategy: 'table' | 'datetime' | 'hybrid';
  readonly compression: 'snappy' | 'gzip' | 'zstd' | 'uncompressed';
  /** How long loaded files are kept, in milliseconds. */
  readonly retentionMs: number;
  /** Null: no markers are written. `prefix` ends with `/` or is empty. */
  readonly completionMarkers: { readonly bucket: string; readonly prefix: string } | null;
  /** The key of hashed columns: TIDEMARK_HASH_KEY of the environment or a `.env` file. */
  readonly hashKey: Secret | null;
  readonly lease: { readonly ttlMs: number; readonly heartbeatMs: number; readonly waitMs: number };
  /** Tables that are worked on at the same time. */
  readonly maxParallelTables: number;
  /** A run stops at a safe point after this time; 0: never. */
  readonly timeoutMs: number;
  readonly tables: readonly ResolvedTable[];
}
