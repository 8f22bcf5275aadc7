import fc from 'fast-check';

/** A column of a history's table. Values are texts as both servers write them, numbers without trailing zeros. */
export interface HistoryColumn {
  readonly name: string;
  readonly type: 'int' | 'bigint' | 'varchar(20)' | 'varchar(60)' | 'decimal(8,2)' | 'decimal(12,4)';
  /** Null for DEFAULT NULL. */
  readonly constant: string | null;
}

export type HistoryStep =
  | { readonly do: 'add'; readonly type: HistoryColumn['type']; readonly hasConstant: boolean; readonly isFirst: boolean; readonly isFilled: boolean }
  | { readonly do: 'add-again' | 'drop' | 'widen' | 'move' | 'rename'; readonly which: number }
  | { readonly do: 'write'; readonly ids: readonly number[] }
  | { readonly do: 'load' };

const which = fc.nat({ max: 50 });
const step: fc.Arbitrary<HistoryStep> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), type: fc.constantFrom('int', 'varchar(20)', 'decimal(8,2)'), hasConstant: fc.boolean(), isFirst: fc.boolean(), isFilled: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('add-again', 'drop', 'widen', 'move', 'rename'), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), ids: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }) }) },
  { weight: 4, arbitrary: fc.constant({ do: 'load' as const }) },
);

/** Changes of a table, rows written between them, and loads. */
export const anyHistory: fc.Arbitrary<readonly HistoryStep[]> = fc.array(step, { minLength: 6, maxLength: 14 }).map((steps) => [...steps, { do: 'load' as const }]);

type Row = Map<string, string | null>;

const WIDER: Readonly<Partial<Record<HistoryColumn['type'], HistoryColumn['type']>>> = { int: 'bigint', 'varchar(20)': 'varchar(60)', 'decimal(8,2)': 'decimal(12,4)' };

/** A source table and what a target that follows it must hold: written from the rules of the schema contract, and from nothing of the code. */
export class HistoryModel {
  readonly #table: string;
  #columns: HistoryColumn[] = [];
  readonly #rows = new Map<number, Row>();
  readonly #target = new Map<number, Row>();
  /** Names that were loaded at the last load, and those that were dropped before it. */
  #loaded = new Set<string>();
  #gone = new Map<string, HistoryColumn>();
  #written = new Set<number>();
  #counter = 0;
  #writes = 0;

  constructor(table: string) {
    this.#table = table;
  }

  create(): string[] {
    return [`CREATE TABLE ${this.#table} (id BIGINT PRIMARY KEY, updated_at DATETIME(6) NOT NULL, KEY by_change (updated_at, id))`, ...this.write([1, 2, 3])];
  }

  /** The statements of a step; none when it does not apply. */
  take(next: Exclude<HistoryStep, { do: 'load' }>): string[] {
    switch (next.do) {
      case 'add': return this.#add({ name: `c${++this.#counter}`, type: next.type, constant: next.hasConstant ? this.#value(next.type, 7) : null }, next.isFirst, next.isFilled);
      case 'write': return this.write(next.ids);
      case 'add-again': {
        const back = pick([...this.#gone.values()].filter(({ name }) => !this.#columns.some((column) => column.name === name)), next.which);
        return back === undefined ? [] : this.#add(back, false, false);
      }
      default: {
        const column = pick(this.#columns, next.which);
        return column === undefined ? [] : this.#change(next.do, column);
      }
    }
  }

  /** Rows are written with a newer time, so each of them is read by the next load. */
  write(ids: readonly number[]): string[] {
    const statements: string[] = [];
    for (const id of new Set(ids)) {
      this.#writes += 1;
      const row: Row = new Map(this.#columns.map((column, index) => [column.name, (id + this.#writes + index) % 4 === 0 ? null : this.#value(column.type, id * 10 + this.#writes)]));
      this.#rows.set(id, row);
      this.#written.add(id);
      const values = this.#columns.map(({ name }) => sqlText(row.get(name)!));
      statements.push(`REPLACE INTO ${this.#table} (${['id', 'updated_at', ...this.#columns.map(({ name }) => name)].join(', ')}) VALUES (${[String(id), 'UTC_TIMESTAMP(6)', ...values].join(', ')})`);
    }
    return statements;
  }

  /** What a load makes of the target. Something was written since the last one. */
  load(): void {
    const added = this.#columns.filter(({ name }) => !this.#loaded.has(name));
    const isAltered = added.some(({ name, constant }) => this.#gone.has(name) || [...this.#rows].some(([id, row]) => !this.#written.has(id) && row.get(name) !== constant));
    for (const [id, row] of this.#rows) {
      const before = this.#target.get(id);
      const isRead = before === undefined || isAltered || this.#written.has(id);
      this.#target.set(id, new Map([...new Set([...(before?.keys() ?? []), ...this.targetColumns()])].map((name) => [name, isRead ? (row.get(name) ?? null) : row.has(name) && !this.#loaded.has(name) ? row.get(name)! : (before.get(name) ?? null)])));
    }
    for (const name of this.#loaded) if (!this.#columns.some((column) => column.name === name)) this.#gone.set(name, this.#known.get(name)!);
    for (const { name } of added) this.#gone.delete(name);
    this.#loaded = new Set(this.#columns.map(({ name }) => name));
    for (const column of this.#columns) this.#known.set(column.name, column);
    this.#written = new Set();
  }

  readonly #known = new Map<string, HistoryColumn>();

  /** Every column that the target has after a load, by name. */
  targetColumns(): readonly string[] {
    return [...new Set([...this.#known.keys(), ...this.#columns.map(({ name }) => name)])].sort();
  }

  /** `id: a=1, b=NULL`, by id. */
  targetRows(): readonly string[] {
    return [...this.#target].sort(([a], [b]) => a - b).map(([id, row]) => `${id}: ${this.targetColumns().map((name) => `${name}=${row.get(name) ?? 'NULL'}`).join(', ')}`);
  }

  get hasWritten(): boolean {
    return this.#written.size > 0;
  }

  #add(column: HistoryColumn, isFirst: boolean, isFilled: boolean): string[] {
    this.#columns.push(column);
    for (const row of this.#rows.values()) row.set(column.name, column.constant);
    const statements = [`ALTER TABLE ${this.#table} ADD COLUMN ${definition(column)}${isFirst ? ' FIRST' : ''}`];
    if (!isFilled) return statements;
    for (const [id, row] of this.#rows) row.set(column.name, this.#value(column.type, id + 1));
    const cases = [...this.#rows].map(([id, row]) => `WHEN ${id} THEN ${sqlText(row.get(column.name)!)}`);
    return [...statements, `UPDATE ${this.#table} SET ${column.name} = CASE id ${cases.join(' ')} END`];
  }

  #change(what: 'drop' | 'widen' | 'move' | 'rename', column: HistoryColumn): string[] {
    const replace = (changed: HistoryColumn): void => void (this.#columns = this.#columns.map((candidate) => (candidate === column ? changed : candidate)));
    const alter = `ALTER TABLE ${this.#table}`;
    if (what === 'drop') {
      this.#columns = this.#columns.filter((candidate) => candidate !== column);
      for (const row of this.#rows.values()) row.delete(column.name);
      return [`${alter} DROP COLUMN ${column.name}`];
    }
    if (what === 'move') return [`${alter} MODIFY COLUMN ${definition(column)} AFTER id`];
    if (what === 'widen') {
      const type = WIDER[column.type];
      if (type === undefined) return [];
      replace({ ...column, type });
      return [`${alter} MODIFY COLUMN ${definition({ ...column, type })}`];
    }
    const name = `c${++this.#counter}`;
    replace({ ...column, name });
    for (const row of this.#rows.values()) {
      row.set(name, row.get(column.name) ?? null);
      row.delete(column.name);
    }
    return [`${alter} CHANGE COLUMN ${column.name} ${definition({ ...column, name })}`];
  }

  #value(type: HistoryColumn['type'], from: number): string {
    if (type.startsWith('varchar')) return `text ${from}`;
    return type.startsWith('decimal') ? `${from}.5` : String(from);
  }
}

function definition({ name, type, constant }: HistoryColumn): string {
  return `${name} ${type.toUpperCase()} NULL DEFAULT ${constant === null ? 'NULL' : sqlText(constant)}`;
}

function sqlText(value: string | null): string {
  return value === null ? 'NULL' : /^[\d.]+$/.test(value) ? value : `'${value}'`;
}

function pick<T>(all: readonly T[], which: number): T | undefined {
  return all.length === 0 ? undefined : all[which % all.length];
}
