import { defineErrors, errorClass } from '@tidemark/domain';

export const LOADER_ERRORS = defineErrors({
  TARGET_LOST: {
    kind: 'target', exit: 15, retry: 'later',
    summary: 'The session with Redshift was lost, or could not be opened again.',
    remedy: ['Check host, port and network path of the target connection.', 'Run again; nothing was half done.'],
  },
  TARGET_LOGIN: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'Redshift refused the login.',
    remedy: ['Check user name, password and database of the target connection.', 'A user whose password was set as sha256|… cannot log in; set it as plain text or md5.'],
  },
  TARGET_GRANTS: {
    kind: 'auth', exit: 12, retry: 'never',
    summary: 'The Redshift user lacks a right.',
    remedy: ['Have the missing rights granted.'],
  },
  TARGET_BUSY: {
    kind: 'target', exit: 15, retry: 'later',
    summary: 'Redshift rolled the transaction back on every try: serialization conflicts, deadlocks or throttling.',
    remedy: ['Run again when fewer jobs write to the table.'],
  },
  TARGET_FAILED: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'Redshift refused a statement.',
    remedy: ['Read Redshift\'s text in the error and correct the target.'],
  },
  TARGET_DISK_FULL: {
    kind: 'target', exit: 15, retry: 'later',
    summary: 'Redshift has no room left; the transaction was rolled back.',
    remedy: ['Run again when there is room: VACUUM, drop what is not needed, or resize the cluster.', 'Load less at a time: processing.load_target_mb.'],
  },
  TARGET_MISSING: {
    kind: 'target', exit: 15, retry: 'later',
    summary: 'The target table is gone.',
    remedy: ['Run again: the table is created at the start of a run.'],
  },
  TARGET_NOT_A_TABLE: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'A view or another object has the name of the target table.',
    remedy: ['Choose another target table or remove the object.'],
  },
  TARGET_COLUMNS_DIFFER: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'The target table cannot take the columns of the source.',
    remedy: ['Change the columns that are listed, or load into another table (target_name).', 'Or exclude the source columns that do not fit.', 'A batch that was staged before the table was changed: discard it (tidemark batches discard), or change the table back.'],
  },
  TARGET_REBUILD: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'A column of the target has to change its type, and that needs the table to be built anew.',
    remedy: ['Run with --allow-rebuild: the table is built beside the old one, filled from it, and takes its place in one transaction.', 'Or load into another table (target_name), or exclude the column (columns.exclude).'],
  },
  TARGET_REBUILD_BLOCKED: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'The target table cannot be built anew: something in the database depends on it, or its rows do not fit.',
    remedy: ['Drop the views that are bound to the table, or create them WITH NO SCHEMA BINDING, and run again.'],
  },
  TARGET_REPLACED: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The target table is not the one that earlier batches were loaded into.',
    remedy: ['If the table was dropped or restored, reset the watermark to load it anew.'],
  },
  LEDGER_OWNED: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The target table is loaded by another pipeline.',
    remedy: ['Load into another table, or hand the table over to this pipeline.'],
  },
  LEDGER_LOCKED: {
    kind: 'lease', exit: 11, retry: 'later',
    summary: 'A load that is under way holds the load ledger of the target table.',
    remedy: ['Wait for the load to end and run again.', 'If its process is dead, the next sync ends its session.'],
  },
  LEDGER_ELSEWHERE: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The target table has a load ledger in another schema: two targets lead to it with different work schemas.',
    remedy: ['Give both targets the same work_schema.', 'If the other ledger is not used any more, drop it.'],
  },
  LEDGER_FENCED: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A newer lease holder works on the target table; this run may write nothing more.',
    remedy: ['Let the newer run finish. Nothing of this run was committed after it took over.'],
  },
  LEDGER_EPOCH: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The batches or the watermark belong to another epoch than the ledger.',
    remedy: ['If the watermark was restored from an older copy, repair it from the ledger.', 'Batches of older epochs never load; discard them.'],
  },
  LEDGER_MISSING: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The load ledger of the target table is not there.',
    remedy: ['Run again: a run creates the ledger when it takes the table.', 'If somebody dropped it, reset the watermark to load the table anew.'],
  },
  LEDGER_SEQUENCE: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The batches do not follow the last one that the ledger has.',
    remedy: ['Load the batches in order, from the one that follows the ledger.', 'If a manifest was deleted, restore it or reset the watermark.'],
  },
  LEDGER_CONFLICT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The ledger has another batch under the same number.',
    remedy: ['Compare the manifest with the ledger row; do not load until it is clear which one is right.', 'Reset the watermark to load the table anew.'],
  },
  LEDGER_FORMAT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The ledger was written by a newer version.',
    remedy: ['Use the version that wrote it, or a newer one.'],
  },
  LOADER_GROUP_INVALID: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The manifests of a load group do not belong together or to the table.',
    remedy: ['If the target was changed in the configuration, change it back until the staged batches are loaded, or discard them.'],
  },
  LOADER_GROUP_AMBIGUOUS: {
    kind: 'conflict', exit: 21, retry: 'later',
    summary: 'Several batches of a load group hold different rows of one key and one version.',
    remedy: ['Load the batches one by one: then the later one wins.'],
  },
  LOADER_MODE_UNSUPPORTED: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The batch was staged as something that this version does not load.',
    remedy: ['Use the version that staged it, or discard the batch.'],
  },
  LOADER_NO_KEY: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'The load mode needs key columns: merge, scd2, and append when rows are read once more.',
    remedy: ['Name the columns that identify a row in merge_keys.'],
  },
  LOADER_KEY_NULL: {
    kind: 'data', exit: 20, retry: 'never',
    summary: 'Rows have NULL in a key column, so they cannot be merged.',
    remedy: ['Choose merge_keys (with load_mode scd2, scd2.keys) that are never NULL, or leave such rows out with additional_where.'],
  },
  LOADER_KEY_REPEATED: {
    kind: 'data', exit: 20, retry: 'never',
    summary: 'Different rows of a batch have one key and one version, so none of them is the newest.',
    remedy: ['Choose merge_keys (with load_mode scd2, scd2.keys) that identify one row of the source.'],
  },
  TARGET_KEYS_REPEAT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'Keys repeat in the target table, and a merge would leave one row of several.',
    remedy: ['Run with --dedupe-target to keep the newest row of each key.', 'Or choose load_mode: append, or merge_keys that identify one row.'],
  },
  LOADER_HISTORY_BACKWARD: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A snapshot is older than the history that it would change.',
    remedy: ['Correct the clock of the machine that reads, and discard the set (batches discard).', 'Or name a column of the source in scd2.effective.'],
  },
  LOADER_EXPIRE_LIMIT: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'A snapshot would end more rows of the history than scd2.max_expire_percent allows.',
    remedy: ['Look whether the source is complete.', 'If it is, raise scd2.max_expire_percent and discard the set (batches discard): the next one has the new limit.'],
  },
  LOADER_HISTORY_BROKEN: {
    kind: 'conflict', exit: 21, retry: 'never',
    summary: 'The history of some keys would not be one chain with one current version; nothing was changed.',
    remedy: ['Look at the versions of these keys in the target: somebody else changed them.', 'Correct them, or load the history into another table (target_name).'],
  },
  LOADER_OWN_SQL: {
    kind: 'config', exit: 10, retry: 'never',
    summary: 'A statement of pre_sql or post_sql cannot run inside the load transaction.',
    remedy: ['Leave it out of pre_sql and post_sql, and discard the batches that carry it (batches discard).'],
  },
  LOADER_OWN_SQL_FAILED: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'Redshift refused a statement of pre_sql or post_sql, so nothing of the load is kept.',
    remedy: ['Correct what it needs in Redshift, and run again: batches carry the statements that they were staged with.', 'Or correct the statement in the configuration, and discard the batches that carry it (batches discard).'],
  },
  LOADER_ROW_COUNT_MISMATCH: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'Redshift did not take exactly the rows that were sent; the transaction was rolled back.',
    remedy: ['Compare the objects that the manifests name with their sizes and digests.', 'Restage the batches whose objects changed.'],
  },
  LOADER_COPY_FAILED: {
    kind: 'target', exit: 15, retry: 'never',
    summary: 'Redshift could not read the staged files.',
    remedy: ['Read Redshift\'s text in the error: it names the file and, where it can, the column.', 'For access errors check the IAM role or keys, and that the bucket is in the cluster\'s region.'],
  },
  LOADER_COMMIT_UNKNOWN: {
    kind: 'target', exit: 15, retry: 'later',
    summary: 'The answer to COMMIT was lost and Redshift could not be asked again.',
    remedy: ['Run again: the ledger is asked first, and the group is loaded once.'],
  },
});

/** Errors of loading into Redshift. */
export class LoaderError extends errorClass('LoaderError', LOADER_ERRORS) {}
