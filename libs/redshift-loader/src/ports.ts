import type { Finding, FrozenScd2, FrozenShape, LedgerHead, LoadMode, LoadReceipt, StagedColumn, StoredManifest, TableTask, TargetColumn } from '@tidemark/domain';

/** What a statement gave. Values of BIGINT and DECIMAL are strings. */
export interface StatementResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows of INSERT, UPDATE and DELETE; null where Redshift sends no count (COPY). */
  readonly rowCount: number | null;
}

/**
 * One session: one connection, not a pool. Its time zone is UTC.
 * A rejection that carries `severity` and an SQLSTATE in `code` is the server's answer; any other means that the connection is lost.
 */
export interface RedshiftSession {
  readonly backendPid: number;
  query(text: string, values?: readonly unknown[]): Promise<StatementResult>;
  /** Ends the connection; a running statement is given up. May be repeated. */
  close(): Promise<void>;
}

/** What a session is opened for, for logs and query groups. */
export type SessionPurpose = 'inspect' | 'fence' | 'prepare' | 'alter' | 'load' | 'analyze' | 'list' | 'count';

export type SessionOpener = (purpose: SessionPurpose) => Promise<RedshiftSession>;

/** Where rows end up. Names as Redshift stores them: folded. */
export interface TargetTable {
  readonly schema: string;
  readonly table: string;
  /** Schema of the load ledger. */
  readonly workSchema: string;
}

export interface TargetState {
  /** Null when there is no ledger, or an empty one. */
  readonly ledger: LedgerHead | null;
  /** Null when the target table does not exist. */
  readonly tableOid: string | null;
}

export interface FenceRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  readonly epoch: number;
  readonly generation: number;
  readonly runId: string;
  /** Null keeps the source that the ledger knows. */
  readonly sourceId: string | null;
  /** What will be loaded: the rights that it takes are asked for. Without it, those that every mode takes. */
  readonly mode?: LoadMode;
  /** Target names of the columns that the batches will have, as far as they are known: a merge into a table with others takes more rights. */
  readonly columns?: readonly string[];
  /** Takes a table over whose ledger another pipeline owns: the fence is the new owner's. */
  readonly adopt?: boolean;
}

export interface PrepareRequest {
  readonly target: TargetTable;
  readonly columns: readonly StagedColumn[];
  /** Target names. */
  readonly keys: readonly string[];
  /** A table that keeps history has columns of our own. */
  readonly scd2?: FrozenScd2 | undefined;
  /** What the batches say about their target besides the columns. */
  readonly shape?: FrozenShape | undefined;
  /** Who may change a table that is there, and how far; without it the table is held against the columns only. */
  readonly change?: TableChangeRights | undefined;
}

export interface TableChangeRights {
  readonly task: TableTask;
  readonly generation: number;
  readonly contract: 'evolve' | 'freeze' | 'discard';
  /** The table may be built anew where a type cannot be changed in place. */
  readonly allowRebuild: boolean;
}

/** A table that can take the columns of its batches. */
export interface PreparedTable {
  readonly oid: string;
  /** Existing columns of other types that hold the staged values, by name. */
  readonly casts: Readonly<Record<string, TargetColumn>>;
  /** Columns of the table that the source has no more: they are filled with NULL. */
  readonly nulls: readonly StagedColumn[];
  /** What was changed, and what to know about the table. */
  readonly findings: readonly Finding[];
}

export interface LoadRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  /** Consecutive, of one schema. */
  readonly group: readonly StoredManifest[];
  /** `s3://` URL of the COPY manifest of the whole group. */
  readonly copyManifestUrl: string;
  readonly generation: number;
  readonly runId: string;
  /** The group's snapshot set was given up for a newer one: it is recorded and not read. */
  readonly isSuperseded?: boolean;
  /** Keys that repeat in the target are reduced to their newest row, instead of stopping a merge. */
  readonly dedupeTarget?: boolean;
  /** What `prepare` found out about the table. */
  readonly prepared?: Pick<PreparedTable, 'casts' | 'nulls'>;
}

export interface RedshiftTarget {
  /**
   * Reads the ledger and the target table's identity; creates nothing. A load that is under way holds the ledger: it is waited for.
   * @param waitMs how long at most; without it to the end of that load
   * @param adopt reads another pipeline's ledger too
   * @throws LoaderError `LEDGER_OWNED`, `LEDGER_LOCKED` when the wait was too short
   */
  inspect(task: TableTask, target: TargetTable, waitMs?: number, adopt?: boolean): Promise<TargetState>;
  /** The rows of the target table, or those where a BOOLEAN column is true; null when there is no table. */
  countRows(target: TargetTable, where: string | null): Promise<number | null>;
  /**
   * Shuts out older generations: creates the ledger when there is none and adds a fence row. Durable on return; may be repeated.
   * @throws LoaderError `LEDGER_OWNED`, `LEDGER_FENCED`, `LEDGER_EPOCH`, `TARGET_GRANTS`, `TARGET_LOST`
   */
  fence(request: FenceRequest): Promise<LedgerHead>;
  /**
   * Creates the target table when there is none, else makes it able to take the columns as far as it may be changed. Durable on return;
   * may be repeated. Called when every batch before is loaded.
   * @throws LoaderError `TARGET_COLUMNS_DIFFER`, `TARGET_REBUILD`, `TARGET_REBUILD_BLOCKED`, `TARGET_NOT_A_TABLE`, `TARGET_GRANTS`, `TARGET_LOST`
   */
  prepare(request: PrepareRequest): Promise<PreparedTable>;
  /**
   * Loads a group and records it in the ledger, in one transaction. On return rows and ledger rows are committed.
   * A group that the ledger has is not loaded again. Serialization conflicts, throttling and lost connections are retried as a whole,
   * a lost answer to COMMIT included; the ledger is asked first each time.
   * @throws LoaderError `LEDGER_*` and `TARGET_*` when the group may not be loaded, `LOADER_*` when it cannot be; nothing of it is
   *   visible then, except after `LOADER_COMMIT_UNKNOWN`, where the ledger will tell
   */
  load(request: LoadRequest): Promise<LoadReceipt>;
  /**
   * Refreshes the statistics of the target table, in no transaction of a load. May be repeated. Needs the table's owner or a superuser.
   * @throws LoaderError `TARGET_*`
   */
  analyze(target: TargetTable): Promise<void>;
}
