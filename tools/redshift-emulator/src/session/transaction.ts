import type { SerializationGraph, TransactionNode } from '../isolation/serialization-graph.ts';
import { parseSnapshot } from '../isolation/serialization-graph.ts';
import type { IsolationLevel } from '../catalog/install.ts';
import { quoteLiteral, quoteName, quoteTable, type TableName } from '../sql/identifiers.ts';
import type { Statement, StatementKind } from '../sql/statement.ts';
import type { BackendConnection } from '../wire/backend-connection.ts';
import type { TransactionStatus } from '../wire/messages.ts';
import { BackendError } from '../wire/backend-connection.ts';
import { SqlError } from '../wire/sql-error.ts';
import { serializationError } from './translate-error.ts';

/** A table that a statement writes, found in the catalog. */
interface ResolvedTable {
  readonly oid: number;
  readonly sql: string;
  readonly temporary: boolean;
}

const SHARED_WRITES: ReadonlySet<StatementKind> = new Set(['insert', 'copy']);
const ROW_WRITES: ReadonlySet<StatementKind> = new Set(['insert', 'copy', 'update', 'delete', 'merge']);
/** Statements that read the table they write. */
const READING_WRITES: ReadonlySet<StatementKind> = new Set(['update', 'delete', 'merge', 'alter-table', 'drop-table', 'truncate']);
/** Statements that read rows of the tables that they name, or write some. */
const READERS: ReadonlySet<StatementKind> = new Set([...ROW_WRITES, 'select']);
const TABLE_CHANGES: ReadonlySet<StatementKind> = new Set(['create-table', 'alter-table']);
const GRAPH_WRITES: ReadonlySet<StatementKind> = new Set([...ROW_WRITES, 'alter-table', 'drop-table', 'truncate']);

/**
 * A session's transaction. The backing server's transaction begins with the first statement that touches a table, so that
 * its snapshot is taken there, as in Redshift, and not at BEGIN or LOCK.
 * https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
 */
export class Transaction {
  block: 'none' | 'open' | 'failed' = 'none';
  readOnly = false;
  begun = false;
  /** The one cursor that may be open. */
  openCursor: string | null = null;
  #node: TransactionNode | undefined;
  /** What it reads is what was committed by then. */
  hasSnapshot = false;
  #tableChangesSeen = 0;
  #changesTables = false;
  /** What the statement that was entered last writes. */
  #targets: ResolvedTable[] = [];
  readonly #backend: BackendConnection;
  readonly #graph: SerializationGraph;
  readonly #isolation: IsolationLevel;
  readonly #user: string;

  constructor(backend: BackendConnection, graph: SerializationGraph, isolation: IsolationLevel, user: string) {
    this.#backend = backend;
    this.#graph = graph;
    this.#isolation = isolation;
    this.#user = user;
  }

  get status(): TransactionStatus {
    return this.block === 'none' ? 'I' : this.block === 'open' ? 'T' : 'E';
  }

  get number(): number | undefined {
    return this.#node?.number;
  }

  /** Id of the table that the last statement wrote; 0 when it wrote none. */
  get lastTable(): number {
    return this.#targets[0]?.oid ?? 0;
  }

  /** Makes the backing server ready for a statement: transaction, snapshot, locks. */
  async enter(statement: Statement): Promise<void> {
    if (statement.kind === 'lock') return this.begin();
    if (!statement.touchesTables) return undefined;
    await this.begin();
    if (this.hasSnapshot && READERS.has(statement.kind)) await this.#refuseNewerTables(statement);
    const targets = await this.#snapshotAndResolve(statement.targets);
    this.#targets = targets;
    if (!ROW_WRITES.has(statement.kind)) return undefined;
    const mode = this.#isolation === 'snapshot' && SHARED_WRITES.has(statement.kind) ? 'ROW EXCLUSIVE' : 'SHARE ROW EXCLUSIVE';
    const shared = targets.filter((target) => !target.temporary);
    if (shared.length > 0) await this.asSuperuser(`LOCK TABLE ${shared.map((target) => target.sql).join(', ')} IN ${mode} MODE`);
    return undefined;
  }

  /** Begins in the backing server, without a snapshot. */
  async begin(): Promise<void> {
    if (this.begun) return;
    await this.#backend.rows(`BEGIN ISOLATION LEVEL REPEATABLE READ${this.readOnly ? ' READ ONLY' : ''}`);
    this.begun = true;
  }

  /** Runs SQL of the emulator's own with all rights, in the transaction. */
  async asSuperuser(sql: string): Promise<void> {
    await this.#backend.rows(`RESET SESSION AUTHORIZATION; ${sql}; SET SESSION AUTHORIZATION ${quoteName(this.#user)}`);
  }

  /** Notes what the statement read and wrote. Throws 1023 when it closed a cycle with other transactions. */
  async noteAccess(statement: Statement): Promise<void> {
    const node = this.#node;
    if (TABLE_CHANGES.has(statement.kind)) this.#changesTables = true;
    if (node === undefined || this.#isolation !== 'serializable' || !this.begun) return;
    const [[xid, reads]] = (await this.#backend.rows(`SELECT pg_current_xact_id_if_assigned()::text, (SELECT string_agg(l.relation::text, ',')
      FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode = 'AccessShareLock' AND c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift_emulator', 'pg_toast'))`)) as [[string | null, string | null]];
    if (xid !== null) node.xid = BigInt(xid);
    for (const table of (reads ?? '').split(',')) if (table !== '') node.reads.add(Number(table));
    if (GRAPH_WRITES.has(statement.kind)) {
      for (const target of this.#targets) {
        if (target.temporary) continue;
        if (READING_WRITES.has(statement.kind)) node.reads.add(target.oid);
        this.#graph.addWrite(node, target.oid);
      }
    }
    const cycle = this.#graph.cycleThrough(node);
    if (cycle !== undefined) throw serializationError(cycle.table, cycle.transactions);
  }

  /** Commits in the backing server. Throws what made the commit fail; then nothing is committed. */
  async commit(): Promise<void> {
    const node = this.#node;
    const { begun } = this;
    const changesTables = this.#changesTables;
    this.#leave();
    if (!begun) return;
    let committed = false;
    try {
      const result = await this.#backend.run('COMMIT');
      if (result.error !== undefined) throw new BackendError(result.error);
      committed = result.tag === 'COMMIT';
      if (committed && changesTables) this.#graph.tableChanges += 1;
    } finally {
      if (node !== undefined && committed) this.#graph.commit(node);
      else if (node !== undefined) this.#graph.abort(node);
    }
    if (!committed) throw new BackendError(new Map([['C', '25P02'], ['M', 'current transaction is aborted']]));
  }

  /** Rolls back in the backing server. */
  async rollback(): Promise<void> {
    const begun = this.begun;
    this.abandon();
    if (begun) await this.#backend.run('ROLLBACK');
  }

  /** Forgets the transaction; the backing server has lost it already. */
  abandon(): void {
    if (this.#node !== undefined) this.#graph.abort(this.#node);
    this.#leave();
  }

  #leave(): void {
    this.#node = undefined;
    this.hasSnapshot = false;
    this.#changesTables = false;
    this.begun = false;
    this.openCursor = null;
    if (this.block === 'none') this.readOnly = false;
  }

  /**
   * The catalog is read as it is, and rows by the snapshot: a table that took another one's name since is found, and has no rows to show.
   * https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
   */
  async #refuseNewerTables({ references, targets }: Statement): Promise<void> {
    if (this.#graph.tableChanges === this.#tableChangesSeen) return;
    const names = [...references, ...targets].map((table) => `(to_regclass(${quoteLiteral(quoteTable(table))}))`);
    if (names.length === 0) return;
    const newer = await this.#backend.rows(`SELECT 1 FROM (VALUES ${names.join(', ')}) AS named (oid) WHERE oid IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = named.oid)`);
    if (newer.length > 0) throw new SqlError('XX000', '1018', { detail: 'Relation does not exist' });
  }

  async #snapshotAndResolve(targets: readonly TableName[]): Promise<ResolvedTable[]> {
    if (!this.hasSnapshot) {
      this.#tableChangesSeen = this.#graph.tableChanges;
      const [[snapshot]] = (await this.#backend.rows('SELECT pg_current_snapshot()::text')) as [[string]];
      this.hasSnapshot = true;
      this.#node = this.#graph.begin(parseSnapshot(snapshot));
    }
    return this.#resolve(targets);
  }

  async #resolve(targets: readonly TableName[]): Promise<ResolvedTable[]> {
    if (targets.length === 0) return [];
    const names = targets.map((target) => `to_regclass(${quoteLiteral(quoteTable(target))})`).join(', ');
    const rows = await this.#backend.rows(`SELECT c.oid::text, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relpersistence::text
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN (${names}) AND c.relkind = 'r'`);
    return rows.map(([oid, sql, persistence]) => ({ oid: Number(oid), sql: sql!, temporary: persistence === 't' }));
  }
}
