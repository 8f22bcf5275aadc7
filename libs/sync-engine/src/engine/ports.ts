import type {
  BatchManifest, ColumnBatch, ExtractionQuery, Finding, FoundWatermark, FrozenBatch, FrozenScd2, FrozenShape, LeaseDocument, LedgerHead, LoadReceipt, OpenTransactions, PolicyCount, QuarantinedRow, SourceClock, SourceTable, StagedColumn, StagedPart, StoredManifest, StoredWatermark, TableTask, TargetColumn, WatermarkDocument,
} from '@tidemark/domain';
import type { OldWatermark, WatermarkHistoryEntry } from '@tidemark/layout';

/** Where a task's rows end up. Names as Redshift stores them. */
export interface TargetTable {
  readonly schema: string;
  readonly table: string;
  readonly workSchema: string;
}

/** A held lease. `signal` aborts when it was lost; nothing may be requested after that. */
export interface HeldLease {
  readonly generation: number;
  readonly signal: AbortSignal;
  /** Asks the clock at once, before any timer has run: a process that slept may wake up in the middle of anything. @throws code LEASE_LOST */
  assertHeld(): void;
  /** Stops the heartbeat and marks the lease released. A lost lease is left alone. May be repeated. */
  release(): Promise<void>;
}

export interface LeasePort {
  /**
   * Takes the sole right to work on a task. Durable on return: the lease object with the new generation.
   * @param floor the new generation is greater than this
   * @param waitMs how long to wait for another holder; 0 fails at once
   * @throws code LEASE_HELD, with the holder in its details
   */
  acquire(task: TableTask, runId: string, floor: number, waitMs: number, signal: AbortSignal): Promise<HeldLease>;
  /** Who holds the lease now, or held it last; null when nobody ever did. */
  inspect(task: TableTask): Promise<LeaseStanding | null>;
}

/** A lease as others see it. */
export interface LeaseStanding {
  readonly document: LeaseDocument;
  readonly state: 'held' | 'released' | 'expired' | 'holder_dead';
  /** When it ends unless it is renewed. */
  readonly until: Date;
}

/** What began an epoch. */
export interface HistoryRecord {
  readonly key: string;
  readonly entry: WatermarkHistoryEntry;
  /** False for an entry whose write did not happen. */
  readonly isInEffect: boolean;
}

export interface WatermarkPort {
  /** @throws for a document that is corrupt, newer or another table's; null only when there is none */
  read(task: TableTask): Promise<StoredWatermark | null>;
  /** What stands there, also when it cannot be read. */
  examine(task: TableTask): Promise<FoundWatermark>;
  /**
   * Compare-and-set over a version that cannot be read. Durable on return; may be repeated.
   * @throws code WATERMARK_CONFLICT when another version stands there
   */
  overwrite(task: TableTask, document: WatermarkDocument, expectedEtag: string): Promise<StoredWatermark>;
  /** What the replaced tool left of this table; null when there is nothing. */
  findOld(task: TableTask): Promise<{ readonly key: string; readonly watermark: OldWatermark } | null>;
  /** What began each epoch, oldest first. */
  history(task: TableTask): Promise<readonly HistoryRecord[]>;
  /**
   * Compare-and-set: `expectedEtag` null creates. Durable on return; a lost answer is settled by reading back.
   * @throws code WATERMARK_CONFLICT when somebody else wrote
   */
  write(task: TableTask, document: WatermarkDocument, expectedEtag: string | null): Promise<StoredWatermark>;
}

export interface ManifestPort {
  /** Every manifest of the epoch after `afterSeq`, in order; refuses gaps and forks. */
  list(task: TableTask, epoch: number, afterSeq: number): Promise<readonly StoredManifest[]>;
  /** The greatest epoch that has a manifest; 0 without any. */
  newestEpoch(task: TableTask): Promise<number>;
  /** Every manifest of the epoch that still stands, in order; the oldest may have been cleaned away. */
  listStanding(task: TableTask, epoch: number): Promise<readonly StoredManifest[]>;
  /**
   * Writes a manifest under its seq, once and for all (If-None-Match: *). Durable on return.
   * @throws code MANIFEST_EXISTS when another generation wrote this seq
   */
  publish(task: TableTask, manifest: BatchManifest): Promise<StoredManifest>;
  /** Writes the COPY manifest of a load group; returns its `s3://` URL. Durable on return; may be repeated. */
  writeCopyManifest(task: TableTask, group: readonly StoredManifest[], generation: number): Promise<string>;
}

/** Keeps the rows that cannot be represented. */
export interface QuarantinePort {
  /** Writes the rows that a batch sets aside; gives the object's key. Durable on return; may be repeated. It counts once a manifest names it. */
  put(task: TableTask, batch: { readonly epoch: number; readonly seq: number; readonly generation: number; readonly runId: string; readonly writeId: string }, rows: readonly QuarantinedRow[]): Promise<string>;
  /** @throws when the object is not there, or cannot be read whole */
  read(task: TableTask, key: string): Promise<readonly QuarantinedRow[]>;
}

/** Where column batches end, and which rows may be set aside. */
export interface ReadLimits {
  readonly maxBatchRows: number;
  readonly maxBatchBytes: number;
  /** Rows that cannot be represented are set aside by these columns, so many at most; without it they fail. */
  readonly quarantine?: { readonly keyColumns: readonly string[]; readonly maxRows: number };
}

export interface SourcePort {
  /** @throws when the table does not exist or may not be read */
  describe(schema: string, table: string): Promise<SourceTable>;
  /** The columns of a query's result, as a definition of the name that is given; without keys and indexes. */
  describeQuery(schema: string, table: string, sql: string): Promise<SourceTable>;
  clock(): Promise<SourceClock>;
  /** Runs a probe that selects at most one row; true when it gave one. */
  hasRows(sql: string): Promise<boolean>;
  /** The transactions that are open now. @throws code SOURCE_ACCESS_DENIED where they may not be seen */
  openTransactions(): Promise<OpenTransactions>;
  /** The rows of the server's EXPLAIN of a query, every value as text. */
  explain(sql: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** Begins a consistent snapshot, which is held until it is closed. */
  snapshot(): Promise<SourceSnapshot>;
  /**
   * Reads a range to its end. The iteration ends only at the server's final EOF; anything else throws.
   * `limits` cut the column batches, never the range.
   */
  read(query: ExtractionQuery, limits: ReadLimits, signal: AbortSignal): AsyncIterable<SourceBatch>;
}

/** One consistent snapshot of the source: whatever is read within it is of one moment. One reading at a time. */
export interface SourceSnapshot {
  /** As {@link SourcePort.read}. After a failure the snapshot is gone. */
  read(query: ExtractionQuery, limits: ReadLimits, signal: AbortSignal): AsyncIterable<SourceBatch>;
  /** Ends it. May be repeated. */
  close(): Promise<void>;
}

/** A column batch with the policies that were applied, and the rows that were set aside, since the previous one. */
export interface SourceBatch {
  readonly batch: ColumnBatch;
  readonly policies: readonly PolicyCount[];
  readonly quarantined: readonly QuarantinedRow[];
}

export interface PartWriterRequest {
  readonly columns: readonly StagedColumn[];
  /** Object key of a part, numbered from 0. */
  readonly keyOf: (part: number) => string;
  readonly targetFileBytes: number;
  /** Most rows of a part; null without a limit. */
  readonly maxFileRows: number | null;
  /** Encode in a thread of its own, beside the reading. */
  readonly inThread: boolean;
  readonly compression: 'snappy' | 'gzip' | 'zstd' | 'uncompressed';
}

/** Writes one batch's parts. Until `finish` resolves nothing counts; uploaded parts are phantoms. */
export interface PartWriter {
  write(batch: ColumnBatch): Promise<void>;
  /** Every part is durable on return. */
  finish(): Promise<readonly StagedPart[]>;
  /** Gives up open uploads. */
  abort(): Promise<void>;
}

export interface PartPort {
  open(request: PartWriterRequest): PartWriter;
}

export interface TargetState {
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
  readonly sourceId: string | null;
  /** Takes a table over whose ledger another pipeline owns. */
  readonly adopt?: boolean;
  /** What will be loaded: the rights that it takes are asked for, before anything is read or made. */
  readonly mode?: FrozenBatch['mode'];
  /** Target names of the columns that will be loaded, as far as they are known. */
  readonly columns?: readonly string[];
}

export interface PrepareRequest {
  readonly target: TargetTable;
  readonly columns: readonly StagedColumn[];
  /** Target names. */
  readonly keys: readonly string[];
  readonly shape: FrozenShape | undefined;
  readonly change: { readonly task: TableTask; readonly generation: number; readonly contract: 'evolve' | 'freeze' | 'discard'; readonly allowRebuild: boolean };
  /** A table that keeps history has columns of our own. */
  readonly scd2?: FrozenScd2 | undefined;
}

/** A table that can take the columns of its batches. */
export interface PreparedTable {
  readonly oid: string;
  /** Existing columns of other types that hold the staged values, by name. */
  readonly casts: Readonly<Record<string, TargetColumn>>;
  /** Columns of the table that the source has no more: they are filled with NULL. */
  readonly nulls: readonly StagedColumn[];
  readonly findings: readonly Finding[];
}

export interface LoadRequest {
  readonly task: TableTask;
  readonly target: TargetTable;
  /** Consecutive, of one schema. */
  readonly group: readonly StoredManifest[];
  /** Empty for a group without parts. */
  readonly copyManifestUrl: string;
  readonly generation: number;
  readonly runId: string;
  readonly prepared: Pick<PreparedTable, 'casts' | 'nulls'>;
  /** The group's snapshot set was given up for a newer one: it is recorded and not read. */
  readonly isSuperseded?: boolean;
  /** Keys that repeat in the target are reduced to their newest row, instead of stopping a merge. */
  readonly dedupeTarget?: boolean;
}

export interface TargetPort {
  /**
   * Reads the ledger and the target table's identity; creates nothing. Waits for a load that holds the ledger, or `waitMs` at most.
   * @throws code LEDGER_LOCKED when the wait was too short
   */
  inspect(task: TableTask, target: TargetTable, waitMs?: number, adopt?: boolean): Promise<TargetState>;
  /** The rows of the target table, or those where a BOOLEAN column is true; null when there is no table. */
  countRows(target: TargetTable, where: string | null): Promise<number | null>;
  /**
   * Shuts out older generations: creates the ledger when there is none and adds a fence row. Durable on return; may be repeated.
   * @throws code LEDGER_OWNED for another pipeline's table, LEDGER_EPOCH when it is in a newer epoch, LEDGER_FENCED when a newer generation is there
   */
  fence(request: FenceRequest): Promise<LedgerHead>;
  /** Creates the target table when there is none, else makes it able to take the columns, as far as it may be changed. Durable on return; may be repeated. */
  prepare(request: PrepareRequest): Promise<PreparedTable>;
  /** Loads a group and records it in the ledger, in one transaction. A group that the ledger has is not loaded again. */
  load(request: LoadRequest): Promise<LoadReceipt>;
  /** Refreshes the statistics of the target table, in no transaction of a load. May be repeated. */
  analyze(target: TargetTable): Promise<void>;
}

/** Everything a sync needs from outside; fit is checked where adapters are wired. */
export interface SyncPorts {
  readonly leases: LeasePort;
  readonly watermarks: WatermarkPort;
  readonly manifests: ManifestPort;
  readonly quarantine: QuarantinePort;
  /** Null with `--redshift-only`: MySQL is never reached. */
  readonly source: SourcePort | null;
  readonly parts: PartPort;
  /** Null with `--backup-only`: Redshift is never reached. */
  readonly target: TargetPort | null;
}
