import type { ColumnBatch, PolicyCount, QuarantinedRow } from '@tidemark/domain';
import type { Connection } from 'mysql2';

/** A logged-in connection of mysql2's callback interface (`mysql2`, not `mysql2/promise`), for the text protocol. */
export type MysqlConnection = Connection;

/** Where connections come from. */
export interface ConnectionSource {
  /**
   * Opens a connection that nobody else uses. Whoever called it ends it.
   * Nothing needs to be set on it: its reader sets and checks the session.
   */
  openConnection(): Promise<MysqlConnection>;
  /** Takes back a connection whose last query ended well, in place of ending it. Without this they are ended. */
  giveBack?(connection: MysqlConnection): void;
  /**
   * Runs `KILL QUERY` on another connection to the same server, with the same user. A query that has ended meanwhile is no error.
   * @param connectionId the server's CONNECTION_ID(), decimal digits
   */
  killQuery(connectionId: string): Promise<void>;
}

/** Where column batches end; neither cuts the range. */
export interface BatchLimits {
  /** Most rows of a batch. */
  readonly maxBatchRows: number;
  /** A batch ends with the row that brings its vectors' bytes to this number. */
  readonly maxBatchBytes: number;
  /** Rows with a value that cannot be represented are set aside; without it they fail. */
  readonly quarantine?: QuarantineLimits | undefined;
}

/** What may be set aside. */
export interface QuarantineLimits {
  /** Source names of the columns that a row is found again by; a row in which one of them is NULL or cannot be represented fails. */
  readonly keyColumns: readonly string[];
  /** Most rows of the reading; one more fails. */
  readonly maxRows: number;
}

/** A column batch with the policies that were applied, and the rows that were set aside, since the previous one. It may have no rows but those. */
export interface SourceBatch {
  readonly batch: ColumnBatch;
  readonly policies: readonly PolicyCount[];
  readonly quarantined: readonly QuarantinedRow[];
}
