/** What state, leases, ledgers and files are scoped by. Plain data: a worker on another machine could run it. */
export interface TableTask {
  /** The pipeline's identity: the stem of its file. */
  readonly pipeline: string;
  /** The name of the target connection. */
  readonly target: string;
  /** The exact scoped name, `CONNECTION:schema.table`. */
  readonly table: string;
}
