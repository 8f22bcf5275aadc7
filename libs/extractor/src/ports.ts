import type { ColumnBatch, PolicyCount } from '@tidemark/domain';
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
}

/** A column batch with the policies that were applied since the previous one. */
export interface SourceBatch {
  readonly batch: ColumnBatch;
  readonly policies: readonly PolicyCount[];
}
