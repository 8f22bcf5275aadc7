import { redshiftTypeSql, targetType } from '@tidemark/ddl-optimizer';
import type { FrozenShape, RedshiftType, StagedColumn, TargetColumn } from '@tidemark/domain';
import { commonType, convertsByItself, redshiftTypeOf } from './column-fit.ts';
import { compareColumns, type ColumnDifference } from './compare-columns.ts';
import { existingTypeText, identityOf, isIdentity, type ExistingColumn } from './existing-column.ts';

/** One statement that makes a table able to take staged columns. */
export type TableStep =
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'add'; readonly column: string; readonly type: RedshiftType; readonly constant: string | null }
  /** Only outside a transaction. */
  | { readonly kind: 'widen'; readonly column: string; readonly bytes: number };

/** A column of a table that is built anew. */
export interface RebuiltColumn {
  readonly name: string;
  /** Null keeps the type that the column has. */
  readonly type: RedshiftType | null;
  /** The column that its values come from; null for one that is new. */
  readonly from: ExistingColumn | null;
  readonly constant: string | null;
}

export interface TableChange {
  /** What keeps the table from taking the columns, and no change mends. */
  readonly conflicts: readonly ColumnDifference[];
  readonly steps: readonly TableStep[];
  /** The whole table, where a type has to change that no ALTER can change; null else. */
  readonly rebuild: readonly RebuiltColumn[] | null;
  /** What changes by the rebuild, for people. */
  readonly rebuildReasons: readonly string[];
  /** Existing columns of other types that hold the staged values: cast in the INSERT. */
  readonly casts: Readonly<Record<string, TargetColumn>>;
}

export interface ChangeRequest {
  /** Target names of the key: it is compared with the target's, so its type must be the target's kind. */
  readonly keys: readonly string[];
  readonly columns: readonly StagedColumn[];
  readonly shape: FrozenShape | undefined;
  readonly contract: 'evolve' | 'freeze' | 'discard';
  /** VARCHAR columns that Redshift refused to widen in place. */
  readonly notWidenable: ReadonlySet<string>;
}

/**
 * What a table needs so that it can take the staged columns. Columns are renamed, added and widened; other types need the table
 * built anew. Nothing is ever narrowed or dropped.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
 */
export function planTableChange(existing: readonly ExistingColumn[], { keys, columns, shape, contract, notWidenable }: ChangeRequest): TableChange {
  const evolves = contract === 'evolve';
  const steps: TableStep[] = [];
  const rebuildReasons: string[] = [];
  const casts: Record<string, TargetColumn> = {};
  const retyped = new Map<string, RedshiftType>();
  const byName = new Map(existing.map((column) => [column.name, column]));
  const solved = new Set<string>();
  const otherKinds: ColumnDifference[] = [];

  const taken: ColumnDifference[] = [];
  if (evolves && shape !== undefined) {
    for (const [from, to] of renames(byName, shape.renamed)) {
      steps.push({ kind: 'rename', from, to });
      byName.set(to, { ...byName.get(from)!, name: to });
      byName.delete(from);
    }
    if (!shape.fresh) taken.push(...takenNames(byName, columns, shape.renamed));
  }
  for (const column of columns) {
    const { name } = column;
    const found = byName.get(name);
    const needed = targetType(column);
    if (found === undefined) {
      const mayAdd = evolves && shape !== undefined && (shape.fresh || Object.hasOwn(shape.added, name));
      if (mayAdd) steps.push({ kind: 'add', column: name, type: needed, constant: shape.added[name] ?? null });
      if (mayAdd) solved.add(name);
      continue;
    }
    const type = redshiftTypeOf(found);
    if (type === null || isIdentity(found)) continue;
    const common = commonType(type, needed);
    if (common === type) {
      if (convertsByItself(type, needed)) continue;
      if (keys.includes(name)) otherKinds.push({ column: name, problem: 'key_type', staged: redshiftTypeSql(needed), existing: existingTypeText(found) });
      else casts[name] = { redshift: type, by: 'cast' };
      continue;
    }
    if (!evolves || common === null) continue;
    solved.add(name);
    if (type.name === 'VARCHAR' && common.name === 'VARCHAR' && !found.hasDefault && !notWidenable.has(name)) steps.push({ kind: 'widen', column: name, bytes: common.bytes });
    else {
      retyped.set(name, common);
      rebuildReasons.push(`${name} from ${existingTypeText(found)} to ${redshiftTypeSql(common)}`);
    }
  }
  const gone = new Set(shape?.dropped.map(({ name }) => name));
  const now = [...byName.values()];
  const conflicts = [
    ...otherKinds,
    ...taken,
    ...compareColumns(columns, now).filter(({ column, problem }) => !solved.has(column) && !(problem === 'required' && gone.has(column))),
    ...now.filter((column) => isIdentity(column) && columns.some(({ name }) => name === column.name)).map((column): ColumnDifference => ({ column: column.name, problem: 'identity', staged: null, existing: existingTypeText(column) })),
    ...(rebuildReasons.length === 0 ? [] : now.filter((column) => identityOf(column) === 'unread').map((column): ColumnDifference => ({ column: column.name, problem: 'identity_rebuild', staged: null, existing: existingTypeText(column) }))),
  ];
  return { conflicts, steps, rebuild: rebuildReasons.length === 0 ? null : rebuilt(existing, steps, retyped), rebuildReasons, casts };
}

/** What can be renamed, in an order in which each new name is free. */
function renames(existing: ReadonlyMap<string, unknown>, renamed: Readonly<Record<string, string>>): readonly (readonly [from: string, to: string])[] {
  const names = new Set(existing.keys());
  const ordered: (readonly [string, string])[] = [];
  for (let waiting = Object.entries(renamed); ; ) {
    const next = waiting.find(([to, from]) => names.has(from) && !names.has(to));
    if (next === undefined) return ordered;
    const [to, from] = next;
    names.delete(from);
    names.add(to);
    ordered.push([from, to]);
    waiting = waiting.filter((rename) => rename !== next);
  }
}

/** Renames whose new name another column of the table has: rows that are there would show that column's values under it. */
function takenNames(existing: ReadonlyMap<string, ExistingColumn>, columns: readonly StagedColumn[], renamed: Readonly<Record<string, string>>): readonly ColumnDifference[] {
  const staged = new Set(columns.map(({ name }) => name));
  const isInCircle = (name: string): boolean => {
    const seen = new Set<string>();
    for (let at = renamed[name]; at !== undefined && !seen.has(at); at = renamed[at]) {
      if (at === name) return true;
      seen.add(at);
    }
    return false;
  };
  return Object.entries(renamed).flatMap(([name, before]) => {
    const found = existing.get(name);
    // A column that is staged under the former name is a new one: the renaming was done before.
    if (found === undefined || !existing.has(before) || (staged.has(before) && !isInCircle(name))) return [];
    return [{ column: name, problem: 'taken' as const, staged: before, existing: existingTypeText(found) }];
  });
}

function rebuilt(existing: readonly ExistingColumn[], steps: readonly TableStep[], retyped: ReadonlyMap<string, RedshiftType>): readonly RebuiltColumn[] {
  const nameNow = (name: string): string => steps.flatMap((step) => (step.kind === 'rename' && step.from === name ? [step.to] : []))[0] ?? name;
  const widened = (name: string): RedshiftType | null => {
    const step = steps.find((candidate) => candidate.kind === 'widen' && candidate.column === name);
    return step?.kind === 'widen' ? { name: 'VARCHAR', bytes: step.bytes } : null;
  };
  const kept = existing.map((column): RebuiltColumn => {
    const name = nameNow(column.name);
    return { name, type: retyped.get(name) ?? widened(name), from: column, constant: null };
  });
  const added = steps.flatMap((step): readonly RebuiltColumn[] => (step.kind === 'add' ? [{ name: step.column, type: step.type, from: null, constant: step.constant }] : []));
  return [...kept, ...added];
}
