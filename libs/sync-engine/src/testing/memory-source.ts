import { zoneOffsetMs } from '@tidemark/cdc-strategies';
import { defineErrors, errorClass, type ColumnVector, type ExtractionQuery, type OpenTransactions, type QuarantinedRow, type ReplicaLag, type SourceClock, type SourceColumn, type SourceTable } from '@tidemark/domain';
import type { ReadLimits, SourceBatch, SourcePort, SourceSnapshot } from '../engine/ports.ts';
import { evaluateRange, type TextRow } from './range-evaluator.ts';

/** A state that begins with it cannot be represented. */
export const FLAW = '!';

/** The columns of the memory source's one table. */
const COLUMNS: readonly SourceColumn[] = [column('id', 1, 'bigint'), column('updated_at', 2, 'datetime'), column('state', 3, 'varchar')];
const NUMBERS = new Set(['id']);

function column(name: string, ordinal: number, dataType: string): SourceColumn {
  return {
    name, ordinal, dataType,
    columnType: dataType === 'varchar' ? 'varchar(40)' : dataType === 'bigint' ? 'bigint(20)' : 'datetime(6)',
    isNullable: dataType === 'varchar', isUnsigned: false,
    maxCharacters: dataType === 'varchar' ? 40 : null, numericPrecision: dataType === 'bigint' ? 19 : null, numericScale: dataType === 'bigint' ? 0 : null, datetimePrecision: dataType === 'datetime' ? 6 : null,
    characterSet: dataType === 'varchar' ? 'utf8mb4' : null, collation: dataType === 'varchar' ? 'utf8mb4_general_ci' : null,
    defaultExpression: null, extra: dataType === 'datetime' ? 'on update current_timestamp(6)' : '',
  };
}

interface OpenTransaction {
  readonly id: string;
  readonly startedAt: string;
  readonly rows: Map<string, TextRow>;
}

/** A source with one table `sales.orders (id, updated_at, state)` and transactions that commit when the test says. */
export class MemorySource implements SourcePort {
  readonly #rows = new Map<string, TextRow>();
  /** Columns that were added, with what each row has in them. */
  readonly #added = new Map<string, (row: TextRow) => string>();
  /** Identity of the server. */
  serverId = 'memory-source';
  /** Whether it says that it is a replica: `begin` and `commit` are then a change at its source and its arrival. */
  isReplica = false;
  /** What it says of its lag as a replica. */
  replicaLag: ReplicaLag = { kind: 'untold' };
  /** Digits behind the seconds of `updated_at`. */
  cursorDigits = 6;
  /** Whether `updated_at` may be NULL. */
  isCursorNullable = false;
  readonly #open = new Map<string, OpenTransaction>();
  #begun = 0;
  #nowMicros = 1_700_000_000_000_000n;

  /** The zone of the writers' clocks: it is the time that they write. */
  zone = 'UTC';

  /** Sets the server's clock, UTC. */
  setClock(text: string): void {
    this.#nowMicros = BigInt(Date.parse(`${text.replace(' ', 'T')}Z`)) * 1000n;
  }

  /** Moves the server's clock on. */
  advance(micros: bigint): void {
    this.#nowMicros += micros;
  }

  get nowText(): string {
    return timeText(this.#nowMicros);
  }

  /** What the clock of a writer shows now that is behind the server's. */
  writtenTime(behindMicros = 0n): string {
    const micros = this.#nowMicros - behindMicros;
    return timeText(micros + BigInt(zoneOffsetMs(this.zone, Number(micros / 1000n))) * 1000n, this.cursorDigits);
  }

  /** Writes and commits a row, dated now, or as much before as a writer's clock is behind. */
  put(id: number, state: string | null, behindMicros = 0n): void {
    this.#rows.set(String(id), { id: String(id), updated_at: this.writtenTime(behindMicros), state });
  }

  /** Writes and commits a row without a time. */
  putUndated(id: number, state: string | null): void {
    this.#rows.set(String(id), { id: String(id), updated_at: null, state });
  }

  /** Changes a row's state and not its time: a repair that no increment sees. */
  mend(id: number, state: string): void {
    this.#rows.set(String(id), { ...this.#rows.get(String(id))!, state });
  }

  /** Removes a row; no trace of it is left. */
  remove(id: number): void {
    this.#rows.delete(String(id));
  }

  /** Writes a row, dated now, that nobody sees until `commit`. */
  begin(id: number, state: string): OpenTransaction {
    const transaction = { id: String(++this.#begun), startedAt: this.nowText, rows: new Map([[String(id), { id: String(id), updated_at: this.writtenTime(), state }]]) };
    this.#open.set(transaction.id, transaction);
    return transaction;
  }

  /** Ends a transaction without a trace. */
  abandon(transaction: OpenTransaction): void {
    this.#open.delete(transaction.id);
  }

  commit(transaction: OpenTransaction): void {
    this.#open.delete(transaction.id);
    for (const [id, row] of transaction.rows) {
      const standing = this.#rows.get(id);
      if (standing === undefined || standing.updated_at! < row.updated_at!) this.#rows.set(id, row);
    }
  }

  /** Adds a text column that is filled in every row, now and later; no time changes. Its default is an expression, so that it is no constant. */
  addColumn(name: string, valueOf: (row: TextRow) => string): void {
    this.#added.set(name, valueOf);
  }

  get #columns(): readonly SourceColumn[] {
    const added = [...this.#added.keys()].map((name, index) => ({ ...column(name, COLUMNS.length + index + 1, 'varchar'), defaultExpression: 'uuid()', extra: 'default_generated' }));
    return [...COLUMNS, ...added].map((each) => (each.name === 'updated_at' ? { ...each, isNullable: this.isCursorNullable, datetimePrecision: this.cursorDigits } : each));
  }

  /** When the transaction began that is open the longest, as the server tells it; null when none is open. */
  get oldestOpen(): string | null {
    const [oldest] = [...this.#open.values()].map(({ startedAt }) => startedAt).sort();
    return oldest === undefined ? null : `${oldest.slice(0, 19)}.000000`;
  }

  row(id: string): TextRow | undefined {
    return this.#rows.get(id);
  }

  /** Every row, by id. */
  rows(): readonly TextRow[] {
    const whole = (row: TextRow): TextRow => ({ ...row, ...Object.fromEntries([...this.#added].map(([name, valueOf]) => [name, valueOf(row)])) });
    return [...this.#rows.values()].map(whole).sort((left, right) => Number(BigInt(left.id!) - BigInt(right.id!)));
  }

  describe(schema: string, table: string): Promise<SourceTable> {
    return Promise.resolve({
      schema, table, columns: this.#columns, primaryKey: ['id'], indexes: [{ name: 'PRIMARY', isUnique: true, columns: ['id'] }, { name: 'cursor', isUnique: false, columns: ['updated_at', 'id'] }],
      estimatedRows: this.#rows.size, serverId: this.serverId, serverVersion: '10.11.0-MariaDB',
    });
  }

  /** The memory source has no queries but those that select rows of its table whole. */
  describeQuery(schema: string, table: string): Promise<SourceTable> {
    return this.describe(schema, table).then((definition) => ({ ...definition, primaryKey: [], indexes: [] }));
  }

  clock(): Promise<SourceClock> {
    return Promise.resolve({ nowUtc: this.nowText, isReplica: this.isReplica, ...(this.isReplica ? { replicaLag: this.replicaLag } : {}) });
  }

  hasRows(sql: string): Promise<boolean> {
    return Promise.resolve(evaluateRange(sql, this.rows(), []).length > 0);
  }

  openTransactions(): Promise<OpenTransactions> {
    return Promise.resolve({ ids: [...this.#open.keys()], oldestStartUtc: this.oldestOpen });
  }

  explain(): Promise<readonly Readonly<Record<string, string | null>>[]> {
    return Promise.resolve([{ id: '1', select_type: 'SIMPLE', table: 'orders', type: 'range', key: 'cursor', rows: String(this.#rows.size), Extra: 'Using where' }]);
  }

  /** The rows as they are now, whatever is written later. */
  snapshot(): Promise<SourceSnapshot> {
    const rows = this.rows();
    return Promise.resolve({ read: (query, limits) => this.#readRows(query, limits, rows), close: () => Promise.resolve() });
  }

  read(query: ExtractionQuery, limits: Omit<ReadLimits, 'maxBatchBytes'>): AsyncIterable<SourceBatch> {
    return this.#readRows(query, limits, this.rows());
  }

  async *#readRows(query: ExtractionQuery, { maxBatchRows, quarantine }: Omit<ReadLimits, 'maxBatchBytes'>, table: readonly TextRow[]): AsyncIterable<SourceBatch> {
    if (query.cursor[0]?.name === 'rows') {
      const count = String(evaluateRange(query.sql, table, []).length);
      yield { batch: { rowCount: 1, byteLength: 0, columns: [], lastCursor: [count] }, policies: [], quarantined: [] };
      return;
    }
    const order = query.cursor.map(({ name }) => ({ name, isNumber: NUMBERS.has(name) }));
    const rows = evaluateRange(query.sql, table, order);
    let aside = 0;
    for (let from = 0; from < rows.length; from += maxBatchRows) {
      await Promise.resolve();
      const all = rows.slice(from, from + maxBatchRows);
      // What cannot be represented matters only to who reads it.
      const flawed = query.columns.some(({ source }) => source === 'state') ? all.filter(isFlawed) : [];
      aside += flawed.length;
      if (flawed.length > 0 && aside > (quarantine?.maxRows ?? 0)) throw new MemoryDataError('DATA_OVERSIZE', { message: `row ${flawed.at(-1)!.id} cannot be represented` });
      const chunk = all.filter((row) => !flawed.includes(row));
      const quarantined = flawed.map((row): QuarantinedRow => ({ key: Object.fromEntries((quarantine?.keyColumns ?? []).map((name) => [name, row[name]!])), column: 'state', code: 'DATA_OVERSIZE', policy: 'oversize_string', found: 'too long' }));
      const columns = query.columns.map(({ source }) => textVector(chunk.map((row) => row[source] ?? null)));
      const last = all.at(-1)!;
      yield {
        batch: { rowCount: chunk.length, byteLength: columns.reduce((sum, vector) => sum + vector.bytes.length, 0), columns, lastCursor: query.cursor.map(({ name }) => last[name]!) },
        policies: [],
        quarantined,
      };
    }
  }
}

const isFlawed = ({ state }: TextRow): boolean => state?.startsWith(FLAW) ?? false;

const MEMORY_ERRORS = defineErrors({
  DATA_OVERSIZE: { kind: 'data', exit: 20, retry: 'never', summary: 'A text is too long.', remedy: ['Shorten it.'] },
});

class MemoryDataError extends errorClass('MemoryDataError', MEMORY_ERRORS) {}

/** The memory world's own layout of a vector: the JSON of its texts. */
function textVector(texts: readonly (string | null)[]): ColumnVector {
  return { bytes: Buffer.from(JSON.stringify(texts)), valueCount: texts.filter((text) => text !== null).length, defined: Uint8Array.from(texts, (text) => (text === null ? 0 : 1)) };
}

/** Reads a vector of the memory source. */
export function textsOf(vector: ColumnVector): (string | null)[] {
  return JSON.parse(Buffer.from(vector.bytes).toString('utf8')) as (string | null)[];
}

function timeText(micros: bigint, digits = 6): string {
  const whole = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return digits === 0 ? whole : `${whole}.${String(micros % 1_000_000n).padStart(6, '0').slice(0, digits)}`;
}
