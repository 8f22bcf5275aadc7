/** A snapshot as PostgreSQL prints it: `xmin:xmax:xip,xip,…`. */
export interface Snapshot {
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly inProgress: ReadonlySet<bigint>;
}

export function parseSnapshot(text: string): Snapshot {
  const [xmin, xmax, list] = text.split(':');
  return { xmin: BigInt(xmin!), xmax: BigInt(xmax!), inProgress: new Set((list ?? '').split(',').filter((id) => id !== '').map(BigInt)) };
}

/** One transaction as the detection of conflicts sees it: which tables it read and wrote, from which snapshot. */
export interface TransactionNode {
  /** Number in messages, unique in the emulator's life. */
  readonly number: number;
  readonly snapshot: Snapshot;
  /** PostgreSQL's transaction id; undefined while it has written nothing. */
  xid: bigint | undefined;
  readonly reads: Set<number>;
  /** Table → when the transaction came to write it, counted over all transactions. */
  readonly writes: Map<number, number>;
  committed: boolean;
  /** Transactions that were open when this one committed. */
  overlapping: Set<TransactionNode>;
}

/** Decided by the snapshot alone: a transaction that ended before it and is still here has committed. */
function sees(reader: TransactionNode, writer: TransactionNode): boolean {
  const { xid } = writer;
  if (xid === undefined) return false;
  return xid < reader.snapshot.xmin || (xid < reader.snapshot.xmax && !reader.snapshot.inProgress.has(xid));
}

/** The table over which `first` must come before `second` in any serial order, if there is one. */
function precedesOver(first: TransactionNode, second: TransactionNode): number | undefined {
  for (const table of first.reads) if (second.writes.has(table) && !sees(first, second)) return table;
  for (const [table, order] of first.writes) {
    if (second.reads.has(table) && sees(second, first)) return table;
    const other = second.writes.get(table);
    if (other !== undefined && order < other) return table;
  }
  return undefined;
}

/** A cycle between concurrent transactions. */
export interface SerializationCycle {
  readonly table: number;
  readonly transactions: readonly number[];
}

/**
 * Finds cycles between transactions at the granularity of tables, as Redshift does under SERIALIZABLE.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
 */
export class SerializationGraph {
  readonly #nodes = new Set<TransactionNode>();
  #lastNumber = 5_000;
  #writes = 0;
  /** How many committed transactions have made or renamed a table. */
  tableChanges = 0;

  begin(snapshot: Snapshot): TransactionNode {
    this.#lastNumber += 1;
    const node: TransactionNode = { number: this.#lastNumber, snapshot, xid: undefined, reads: new Set(), writes: new Map(), committed: false, overlapping: new Set() };
    this.#nodes.add(node);
    return node;
  }

  addWrite(node: TransactionNode, table: number): void {
    if (node.writes.has(table)) return;
    this.#writes += 1;
    node.writes.set(table, this.#writes);
  }

  /** A cycle that runs through the transaction, if it has closed one. */
  cycleThrough(node: TransactionNode): SerializationCycle | undefined {
    const cameFrom = new Map<TransactionNode, TransactionNode>();
    const queue = [node];
    for (let current = queue.shift(); current !== undefined; current = queue.shift()) {
      for (const next of this.#nodes) {
        if (next === current || (next !== node && cameFrom.has(next))) continue;
        const table = precedesOver(current, next);
        if (table === undefined) continue;
        if (next === node) {
          const path = [current];
          for (let step = cameFrom.get(current); step !== undefined; step = cameFrom.get(step)) path.unshift(step);
          return { table, transactions: [...new Set([node, ...path])].map((member) => member.number).sort((a, b) => a - b) };
        }
        cameFrom.set(next, current);
        queue.push(next);
      }
    }
    return undefined;
  }

  commit(node: TransactionNode): void {
    node.committed = true;
    node.overlapping = new Set([...this.#nodes].filter((other) => !other.committed));
    this.#forget();
  }

  abort(node: TransactionNode): void {
    this.#nodes.delete(node);
    this.#forget();
  }

  /** Drops committed transactions that nothing open, and nothing kept, ran beside. */
  #forget(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const node of this.#nodes) {
        if (!node.committed || [...node.overlapping].some((other) => this.#nodes.has(other))) continue;
        this.#nodes.delete(node);
        changed = true;
      }
    }
  }
}
