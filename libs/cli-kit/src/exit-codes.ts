/** What an exit code of a command means; the same with and without --json. */
export interface ExitCode {
  readonly code: number;
  readonly meaning: string;
  readonly whatToDo: string;
}

/** Every exit code. docs/exit-codes.md is made from this table. */
export const EXIT_CODES: readonly ExitCode[] = [
  { code: 0, meaning: 'done', whatToDo: 'nothing' },
  { code: 2, meaning: 'usage', whatToDo: 'correct the command line; --help shows what it takes' },
  { code: 3, meaning: 'some tables failed', whatToDo: 'look at the failed tables in the result; each has its own code and remedy' },
  { code: 10, meaning: 'configuration', whatToDo: 'correct the files that the message names; nothing was started' },
  { code: 11, meaning: 'another run holds the lease', whatToDo: 'wait for the other run; a dead one’s lease expires by itself' },
  { code: 12, meaning: 'credentials or grants', whatToDo: 'correct the credentials, or run the GRANT statements that the message gives' },
  { code: 13, meaning: 'source', whatToDo: 'look at the MySQL server and the way to it: tidemark connections test' },
  { code: 14, meaning: 'S3', whatToDo: 'look at the bucket, its endpoint and its rights: tidemark connections test' },
  { code: 15, meaning: 'Redshift', whatToDo: 'look at the cluster and the way to it: tidemark connections test' },
  { code: 20, meaning: 'a value cannot be represented', whatToDo: 'correct the row that the message names, or choose a policy for its column' },
  { code: 21, meaning: 'state conflict', whatToDo: 'watermark, ledger and source do not belong together; the message says how and names the command that settles it' },
  { code: 22, meaning: 'the time limit was reached', whatToDo: 'run the same command again: it goes on where this one stopped; or raise processing.timeout_minutes' },
  { code: 70, meaning: 'unexpected', whatToDo: 'run again with --log-level debug and report what it printed' },
  { code: 130, meaning: 'interrupted (SIGINT)', whatToDo: 'run the same command again: it goes on where this one stopped' },
  { code: 143, meaning: 'told to end (SIGTERM)', whatToDo: 'run the same command again: it goes on where this one stopped' },
];
