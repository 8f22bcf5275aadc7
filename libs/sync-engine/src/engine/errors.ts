import { defineErrors, errorClass } from '@tidemark/domain';

export const SYNC_ERRORS = defineErrors({
  SYNC_INTERRUPTED: {
    kind: 'cancelled', exit: 130, retry: 'now', summary: 'The run was interrupted and stopped at a safe point.',
    remedy: ['Run the same command again: it goes on where this run stopped.'],
  },
  SYNC_TIMEOUT: {
    kind: 'cancelled', exit: 22, retry: 'now', summary: 'The run reached its time limit and stopped at a safe point.',
    remedy: ['Run the same command again: it goes on where this run stopped.', 'Or raise processing.timeout_minutes.'],
  },
  SYNC_SOURCE_REPLACED: {
    kind: 'source', exit: 13, retry: 'later', summary: 'After a lost connection another server answered under the source’s name.',
    remedy: ['Run again: the run begins with what the new server has. If two servers answer by turns, let the source name one of them.'],
  },
  SYNC_NO_PROGRESS: {
    kind: 'internal', exit: 70, retry: 'never', summary: 'A batch was read and its cursor did not advance.',
    remedy: ['Look at the rows at the position that tidemark watermark get shows.'],
  },
  SYNC_ROW_COUNT: {
    kind: 'internal', exit: 70, retry: 'now', summary: 'The rows in a batch’s parts are not the rows that were read.',
    remedy: ['Nothing was recorded. Run again; if it repeats, report it with the log of this run.'],
  },
  SYNC_NULL_CURSOR: {
    kind: 'data', exit: 20, retry: 'never', summary: 'A row has no value in the cursor column, so it would never be read.',
    remedy: ['Give the rows a value, or leave them out with null_cursor: exclude.'],
  },
  SYNC_GUARD_REPLICA: {
    kind: 'config', exit: 10, retry: 'never', summary: 'late_commits: guard cannot work on a replica.',
    remedy: ['Choose late_commits: lookback, or read from the source of the replica.'],
  },
  SYNC_GUARD_TIMEOUT: {
    kind: 'source', exit: 13, retry: 'later', summary: 'Transactions stayed open longer than late_commits: guard waits for them.',
    remedy: ['Run again when they have ended, or raise processing.query_timeout_seconds.', 'Or choose late_commits: lookback.'],
  },
  STATE_SOURCE_BEHIND: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'No row of the source stands at the watermark or after it, though one did when it was read.',
    remedy: ['Was the source restored, or emptied? Then read the table anew: tidemark watermark reset.', 'Were only its newest rows deleted? Then set the watermark to a row that is there: tidemark watermark set.'],
  },
  STATE_READING_CHANGED: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'What decides which rows are read was changed: rows that it lets in now lie behind the watermark and would never be read.',
    remedy: ['Read the table anew: tidemark watermark reset.', 'Or begin an epoch at the same position with tidemark watermark set, and read what was let in with tidemark sync backfill.', 'Or change the condition back.'],
  },
  STATE_FIRST_LOAD: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'A first load was begun in an order in which the table can no longer be read.',
    remedy: ['Restore the former primary key or strategy, or begin anew: tidemark watermark reset.'],
  },
  SYNC_LOAD_MODE: {
    kind: 'config', exit: 10, retry: 'never', summary: 'The load mode does not go together with how the table is read, or with its keys.',
    remedy: ['Choose another load_mode or cdc_strategy.'],
  },
  SYNC_SCD2: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A history cannot be kept as it is configured.',
    remedy: ['Correct scd2 of the table.'],
  },
  SYNC_OWN_SQL: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A statement of pre_sql or post_sql cannot run inside the load transaction.',
    remedy: ['Leave it out, or write it so that it does not commit: DELETE instead of TRUNCATE.'],
  },
  SYNC_REQUEUE_NO_KEY: {
    kind: 'data', exit: 20, retry: 'never', summary: 'Quarantined rows cannot be read again: the table has no key now by which they were set aside.',
    remedy: ['Restore the former key (merge_keys), or reload the table: tidemark watermark reset.'],
  },
  SYNC_HASH_KEY_MISSING: {
    kind: 'config', exit: 10, retry: 'never', summary: 'Columns are to be hashed, and there is no key.',
    remedy: ['Set TIDEMARK_HASH_KEY, in the environment or in .env, to a secret of at least 16 bytes, the same for every run.', 'Or take the columns out of columns.hash.'],
  },
  SCHEMA_FROZEN: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The source has changed, and the table’s schema_contract is freeze.',
    remedy: ['Change the source back, or set schema_contract: evolve or discard.'],
  },
  SCHEMA_REFUSED: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The source has changed in a way that the target cannot follow: a narrower type, or another key.',
    remedy: ['Change the source back, or load the table anew: tidemark watermark reset.'],
  },
  SCHEMA_ALTERS_ROWS: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The source has changed in a way that alters rows that were read already, and no cursor shows which.',
    remedy: ['Set evolve_backfill: auto, or begin a new epoch: tidemark watermark reset.', 'Or leave the column out (columns.exclude).'],
  },
  SCHEMA_STAGED_FIRST: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The table has to be read anew, and batches of before wait to be loaded.',
    remedy: ['Load them as staged (--redshift-only), or discard them: tidemark batches discard.'],
  },
  STATE_NO_WATERMARK: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'There are loaded or staged batches of this table, but not the watermark that they belong to.',
    remedy: ['Rebuild the watermark: tidemark watermark repair --from-ledger.', 'Or read the table anew: tidemark watermark reset.'],
  },
  STATE_WATERMARK_AHEAD: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The watermark says more was loaded than the load ledger has.',
    remedy: ['If target and ledger were restored together, load what they lost from S3 again: tidemark watermark repair --from-ledger, then sync.', 'Else reload the table: tidemark watermark reset.'],
  },
  STATE_EPOCH_BEHIND: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The watermark is of an older epoch than the load ledger.',
    remedy: ['An old watermark object was restored. Bring it up to the ledger: tidemark watermark repair --from-ledger.', 'Or read the table anew: tidemark watermark reset.'],
  },
  STATE_OTHER_TARGET: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The target table is not the one that the watermark was written for.',
    remedy: ['The table was dropped or created anew. Reload it: tidemark watermark reset.'],
  },
  STATE_OTHER_SOURCE: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The source server is not the one that the watermark was written for.',
    remedy: ['Point the source connection at the former server.', 'If the new server holds the same rows, go on there from a time before the change: tidemark watermark set --timestamp …', 'Or read the table anew: tidemark watermark reset.'],
  },
  STATE_STAGED_ELSEWHERE: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'Batches wait to be loaded into another target table than the one that is configured.',
    remedy: ['Change the target back until the staged batches are loaded.', 'Or drop them, so that their rows are read again: tidemark batches discard.'],
  },
  STATE_MANIFEST_MISSING: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The manifest of a batch that the watermark or the load ledger knows is not in S3.',
    remedy: ['Restore the manifest object.', 'Or begin a new epoch: tidemark watermark reset.'],
  },
  STATE_TAKEN_OVER: {
    kind: 'conflict', exit: 21, retry: 'later', summary: 'The run was frozen for longer than its lease, and another one has worked on the table since.',
    remedy: ['Run again: nothing of this run counts.'],
  },
  STATE_OTHER_CHAIN: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The staged batches do not continue the batch that was loaded last, or are not those that the load ledger has.',
    remedy: ['Watermark and manifests come from different restores. Put back the ones that belong together, or begin a new epoch: tidemark watermark reset.'],
  },
  STATE_OLD_WATERMARK: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The replaced tool has loaded this table, and its watermark was not taken over: a first load is not begun by accident.',
    remedy: ['Take it over: tidemark watermark import.', 'Or read the table anew: tidemark watermark reset.'],
  },
  STATE_NO_OLD_WATERMARK: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'There is no watermark of the replaced tool to take over.',
    remedy: ['If the table was never loaded, sync it: tidemark sync pipeline.', 'Else say where reading goes on: tidemark watermark set.'],
  },
  STATE_IMPORTED: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The table has a watermark already.',
    remedy: ['See it: tidemark watermark get.', 'Move it: tidemark watermark set.'],
  },
  STATE_OLD_FILES_WAITING: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'Files of the replaced tool are not loaded: a watermark that was taken over would pass them by.',
    remedy: ['Load them with the replaced tool, then run the import again.', 'Or go on from before they were written: tidemark watermark set.'],
  },
  STATE_OLD_TIME_ZONE: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The old watermark has a time without a zone.',
    remedy: ['Say in which zone the replaced tool’s sessions with MySQL were: --source-time-zone UTC, or an IANA name.'],
  },
  STATE_OLD_POSITION: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The old watermark does not say how far the table was read, or not in a way that can be taken over.',
    remedy: ['Say it: tidemark watermark set.', 'Or read the table anew: tidemark watermark reset.'],
  },
  STATE_NOTHING_YET: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The table has no watermark: nothing was synced yet.',
    remedy: ['Sync the table first: tidemark sync pipeline.', 'If it was synced and its watermark is lost: tidemark watermark repair --from-ledger.'],
  },
  STATE_NOT_OURS: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'The watermark was written by a newer version or for another table; it is not written over.',
    remedy: ['Look at the object: tidemark watermark get.'],
  },
  STATE_WOULD_DUPLICATE: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'In append mode rows that are read again would stand in the target twice.',
    remedy: ['Load the table with load_mode: merge.', 'Or empty the target table and add --accept-duplicates; rows that still stand there will be doubled.'],
  },
  STATE_NO_HISTORY: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The history does not have the epoch to go back to.',
    remedy: ['See which epochs there were: tidemark watermark history.'],
  },
  STATE_NOT_REPAIRABLE: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'Nothing tells how far the table was read.',
    remedy: ['Say it: tidemark watermark set --timestamp … --id …', 'Or read the table anew: tidemark watermark reset.'],
  },
  STATE_POSITION_NEEDED: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'A part of the position is needed and has no value.',
    remedy: ['Give the missing part: --timestamp, --id.'],
  },
  STATE_BACKFILL_KEY: {
    kind: 'config', exit: 10, retry: 'never', summary: 'A range can only be read again into a table with a key.',
    remedy: ['Name the columns that identify a row with merge_keys.', 'Or sync the whole table: tidemark sync pipeline.'],
  },
  STATE_BACKFILL_HOURS: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The strategy of the table reads by no time.',
    remedy: ['Give an id range: --from-id and --to-id.'],
  },
  STATE_BATCH_UNKNOWN: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The table has no such batch that waits to be loaded.',
    remedy: ['See the batches: tidemark batches list.'],
  },
  STATE_BATCH_LOADED: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'The batch is loaded.',
    remedy: ['Read its range once more through merge: tidemark sync backfill.'],
  },
  STATE_BATCH_NOT_FIRST: {
    kind: 'usage', exit: 2, retry: 'never', summary: 'Only the batch that is loaded next can be written off: those before it would be lost with it.',
    remedy: ['Load the batches before it: tidemark sync pipeline --redshift-only.', 'Or discard them all, so that their rows are read again: tidemark batches discard.'],
  },
  CLEAN_OTHERS_WAIT: {
    kind: 'conflict', exit: 21, retry: 'never', summary: 'More batches wait to be loaded than those that were given up; nothing was removed.',
    remedy: ['Run the command again: it shows what waits now.', 'Or load it: tidemark sync pipeline --redshift-only.'],
  },
  SYNC_UNEXPECTED: {
    kind: 'internal', exit: 70, retry: 'later', summary: 'Something happened that has no code of its own.',
    remedy: ['Run again with --log-level debug; if it repeats, report it with the log of this run.'],
  },
});

/** Errors of a run, and of what its watermark, ledger and manifests say together. */
export class SyncError extends errorClass('SyncError', SYNC_ERRORS) {}
