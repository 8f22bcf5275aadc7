import { isUtf8 } from 'node:buffer';
import type { ExtractionQuery, PolicyCount, PolicyName, QuarantinedRow, StagedColumn } from '@tidemark/domain';
import type { ValueProblem } from '../columns/value-problem.ts';
import type { QuarantineLimits } from '../ports.ts';

/** What a row may be set aside for, with the policy that decides about it. Everything else is no flaw of a value. */
const FLAWS: Readonly<Record<string, (column: StagedColumn | undefined) => PolicyName | null>> = {
  DATA_ZERO_DATE: () => 'zero_date',
  DATA_INVALID_UTF8: () => 'invalid_utf8',
  DATA_NUL_BYTE: () => 'nul_byte',
  DATA_OVERSIZE: (column) => (column?.decode === 'bytes' ? 'oversize_binary' : 'oversize_string'),
  DATA_INVALID_DATE: () => null,
  DATA_OUT_OF_RANGE: () => null,
  DATA_NOT_BOOLEAN: () => null,
  DATA_ROW_OVERSIZE: () => null,
};

/** The rows of a reading that cannot be represented, by their keys. */
export class SetAside {
  readonly #columns: readonly StagedColumn[];
  /** Places of the key columns in the row. */
  readonly #key: readonly { readonly name: string; readonly index: number }[];
  readonly #fixed: ReadonlySet<string>;
  readonly #maxRows: number;
  #taken = 0;
  #rows: QuarantinedRow[] = [];
  readonly #policies = new Map<string, PolicyCount>();

  constructor(query: ExtractionQuery, { keyColumns, maxRows }: QuarantineLimits) {
    this.#columns = query.columns;
    this.#key = keyColumns.map((name) => ({ name, index: query.columns.findIndex((column) => column.source === name) }));
    const missing = this.#key.find(({ index }) => index < 0);
    if (missing !== undefined || this.#key.length === 0) throw new TypeError(`rows cannot be set aside by the key (${keyColumns.join(', ')}): ${missing?.name ?? 'no column'} is not read`);
    this.#fixed = new Set([...keyColumns, ...query.cursor.map(({ name }) => name)]);
    this.#maxRows = maxRows;
  }

  /** Rows since the last `take`. */
  get rowCount(): number {
    return this.#rows.length;
  }

  get isFull(): boolean {
    return this.#taken >= this.#maxRows;
  }

  /** False for what is no flaw of a value, for a flaw of the key or the cursor, and when there is no room. */
  takes({ code, column }: ValueProblem): boolean {
    return !this.isFull && Object.hasOwn(FLAWS, code) && (column === null || !this.#fixed.has(column));
  }

  /** Adds the row whose cells lie at `bounds`; false when its key cannot be told. */
  add({ code, column, what }: ValueProblem, wire: Buffer, bounds: Int32Array): boolean {
    const key: [string, string][] = [];
    for (const { name, index } of this.#key) {
      const start = bounds[index << 1]!;
      if (start < 0) return false;
      const text = wire.subarray(start, bounds[(index << 1) + 1]!);
      if (!isUtf8(text)) return false;
      key.push([name, text.toString('utf8')]);
    }
    const policy = FLAWS[code]!(this.#columns.find(({ source }) => source === column));
    this.#rows.push({ key: Object.fromEntries(key), column, code, policy, found: what });
    this.#taken += 1;
    if (column !== null && policy !== null) this.#count(column, policy);
    return true;
  }

  /** The rows since the last call. */
  take(): readonly QuarantinedRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** How often a policy set a row aside since the last call. */
  takePolicies(): readonly PolicyCount[] {
    const counts = [...this.#policies.values()];
    this.#policies.clear();
    return counts;
  }

  #count(column: string, policy: PolicyName): void {
    const id = `${column}\0${policy}`;
    this.#policies.set(id, { column, policy, action: 'quarantine', count: (this.#policies.get(id)?.count ?? 0) + 1 });
  }
}
