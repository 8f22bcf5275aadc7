import { Flags } from '@oclif/core';
import { durationFlag } from '@tidemark/cli-kit';

/** Flags of every command that runs a sync. */
export const SYNC_FLAGS = {
  limit: Flags.integer({ min: 1, helpValue: 'N', summary: 'Read at most N rows per table; the next run goes on after them.' }),
  requeue: Flags.boolean({ exclusive: ['redshift-only', 'dry-run'], summary: 'First read once more the rows that earlier runs have set aside.' }),
  'max-chunks': Flags.integer({ min: 1, helpValue: 'N', dependsOn: ['limit'], summary: 'With --limit: read N chunks of that many rows.' }),
  'batch-size': Flags.integer({ min: 1, helpValue: 'N', summary: 'Rows per batch, above every configured value.' }),
  'backup-only': Flags.boolean({ exclusive: ['redshift-only'], summary: 'MySQL to S3 only; Redshift is not reached.' }),
  'redshift-only': Flags.boolean({ exclusive: ['limit', 'dry-run'], summary: 'Load what is staged; MySQL is not reached.' }),
  'dry-run': Flags.boolean({ summary: 'Show what would run and every finding; change nothing.' }),
  parallel: Flags.integer({ min: 1, max: 64, helpValue: 'N', aliases: ['max-workers'], summary: 'Tables at the same time, above every configured value.' }),
  'allow-rebuild': Flags.boolean({ exclusive: ['backup-only'], summary: 'Build a target table anew where a column’s type cannot be changed in place; its rows are kept.' }),
  'adopt-table': Flags.boolean({ exclusive: ['backup-only'], summary: 'Take over target tables that another pipeline loads; they are read anew.' }),
  'source-db': Flags.string({ helpValue: 'NAME', summary: 'Read the tables from this database of the source.' }),
  'target-schema': Flags.string({ helpValue: 'NAME', summary: 'Load into this schema.' }),
  'dedupe-target': Flags.boolean({ summary: 'Merge into a table whose keys repeat: the newest row of each key stays.' }),
  'lease-wait': durationFlag({ helpValue: 'TIME', summary: 'How long to wait for a table that another run works on, e.g. 10m.' }),
  'json-output': Flags.string({ helpValue: 'FILE', summary: 'Write the run result to a file too.' }),
  events: Flags.boolean({ summary: 'Write what happens as JSON lines to stderr, instead of progress.' }),
  'metrics-file': Flags.string({ helpValue: 'FILE', summary: 'Write figures of the run to a file in the Prometheus text format.' }),
  'log-file': Flags.string({ helpValue: 'FILE', summary: 'Write log lines to a file.' }),
  's3-completion-bucket': Flags.string({ helpValue: 'BUCKET', summary: 'Write completion markers to this bucket.' }),
};
