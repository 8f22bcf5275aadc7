/** A column as information_schema.COLUMNS describes it. */
export interface SourceColumn {
  readonly name: string;
  /** From 1, in table order. */
  readonly ordinal: number;
  /** DATA_TYPE, lower case: `bigint`, `datetime`, `enum`. */
  readonly dataType: string;
  /** COLUMN_TYPE as the server gives it: `bigint(20) unsigned`, `enum('a','b')`. */
  readonly columnType: string;
  readonly isNullable: boolean;
  readonly isUnsigned: boolean;
  /** CHARACTER_MAXIMUM_LENGTH, in characters (bytes for binary types). */
  readonly maxCharacters: number | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  /** Fractional digits of a time type, 0 to 6. */
  readonly datetimePrecision: number | null;
  readonly characterSet: string | null;
  readonly collation: string | null;
  /** COLUMN_DEFAULT as the server gives it; null when there is none. */
  readonly defaultExpression: string | null;
  /** EXTRA, lower case: `auto_increment`, `on update current_timestamp(6)`, `stored generated`, `invisible`. */
  readonly extra: string;
}

export interface SourceIndex {
  readonly name: string;
  readonly isUnique: boolean;
  /** Column names in index order. */
  readonly columns: readonly string[];
  /** Different values of its first column, as the server estimates them; null when it does not say. */
  readonly distinctValues?: number | null;
}

/** A foreign key that the table has. */
export interface SourceForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** `schema.table` that it refers to. */
  readonly references: string;
  /** UPDATE_RULE and DELETE_RULE: `RESTRICT`, `NO ACTION`, `CASCADE`, `SET NULL`, `SET DEFAULT`. */
  readonly onUpdate?: string;
  readonly onDelete?: string;
}

/** A table's definition, read in one go. */
export interface SourceTable {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly SourceColumn[];
  /** Primary-key columns in key order; empty without a primary key. */
  readonly primaryKey: readonly string[];
  readonly indexes: readonly SourceIndex[];
  readonly foreignKeys?: readonly SourceForeignKey[];
  /** TABLE_ROWS: an estimate. */
  readonly estimatedRows: number;
  /** DATA_LENGTH in bytes: an estimate. */
  readonly dataBytes?: number;
  /** Identity of the server: its server_uuid, or server id and host where it has none. */
  readonly serverId: string;
  readonly serverVersion: string;
}

/** Transactions that were open at a moment, those that wait for a lock before they begin included. */
export interface OpenTransactions {
  /** Each is the same transaction when it is seen again. */
  readonly ids: readonly string[];
  /** When the oldest one began, UTC, floored to the second; null when none is open. */
  readonly oldestStartUtc: string | null;
}

/** How far a replica is behind, as it says itself: of the changes that it has received. */
export type ReplicaLag =
  /** The greatest of its channels, whole seconds. */
  | { readonly kind: 'seconds'; readonly seconds: number }
  /** A channel does not run: it receives or applies nothing. */
  | { readonly kind: 'stopped' }
  /** The user may not ask. */
  | { readonly kind: 'hidden' }
  /** It refuses writes and names no replication source. */
  | { readonly kind: 'untold' };

/** The server's clock and role, read when a bound is fixed. */
export interface SourceClock {
  /** UTC with microseconds, `2026-01-31 12:00:05.123456`. */
  readonly nowUtc: string;
  readonly isReplica: boolean;
  /** Of a replica. */
  readonly replicaLag?: ReplicaLag;
}
