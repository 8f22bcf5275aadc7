/** What the load ledger of a target table says; the truth within an epoch. */
export interface LedgerHead {
  readonly epoch: number;
  /** Newest committed batch of the epoch; 0 before the first. */
  readonly seq: number;
  /** Newest fence or batch; older generations are refused. */
  readonly generation: number;
  /** `pipeline/target/CONNECTION:schema.table` of the task that owns the target table. */
  readonly owner: string;
  /** Digest of the newest batch's manifest; null before the first. */
  readonly manifestSha256: string | null;
  readonly sourceId: string | null;
  readonly targetOid: string | null;
}

/** What one committed batch did. */
export interface LoadedBatch {
  readonly batchId: string;
  readonly seq: number;
  readonly rowsCopied: number;
  readonly rowsInserted: number;
  readonly rowsDeleted: number;
}

/**
 * What a load group did for its snapshot set: `filled` the shadow table, or took the target's place (`swapped`). A set that was
 * given up for a newer one is `superseded`; one that ended with rows missing is `incomplete`, and the target stays as it was.
 */
export type SnapshotOutcome = 'filled' | 'swapped' | 'superseded' | 'incomplete';

/** Proof that a load group is committed. */
export interface LoadReceipt {
  readonly batches: readonly LoadedBatch[];
  readonly targetOid: string;
  /** Statements sent to Redshift for this group. */
  readonly statementCount: number;
  /** True when the ledger showed the group as committed before anything was sent. */
  readonly wasAlreadyLoaded: boolean;
  /** Absent for batches that go into the target directly, and when the group was already loaded. */
  readonly snapshot?: SnapshotOutcome;
}
