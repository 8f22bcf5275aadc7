import type { MaskRule, SourceColumn, SourceTable } from '@tidemark/domain';
import type { ColumnDisguise } from './disguise-column.ts';
import { DdlError } from './errors.ts';
import { columnNamed } from './select-columns.ts';
import type { TypePolicies } from './type-policies.ts';

/** What single columns are to become; all by source name. */
export interface ColumnChoices {
  /** Written as their HMAC-SHA256. */
  readonly hash?: readonly string[];
  readonly mask?: Readonly<Record<string, MaskRule>>;
  /** Policies that differ from those of the table. */
  readonly columnPolicies?: Readonly<Record<string, Partial<TypePolicies>>>;
}

/** Columns whose values must stay. */
export interface FixedColumns {
  readonly keys: readonly SourceColumn[];
  readonly cursor: readonly SourceColumn[];
  /** The policies that hold for a key whatever is configured. */
  readonly strict: Partial<TypePolicies>;
}

export interface ChoicesByColumn {
  readonly disguises: ReadonlyMap<SourceColumn, ColumnDisguise>;
  readonly policies: ReadonlyMap<SourceColumn, Partial<TypePolicies>>;
}

/**
 * The choices for single columns, found in the table and held against its keys.
 * @throws DdlError `DDL_COLUMN_UNKNOWN`, `DDL_COLUMN_FIXED`
 */
export function columnChoices(source: SourceTable, { hash = [], mask = {}, columnPolicies = {} }: ColumnChoices, fixed: FixedColumns): ChoicesByColumn {
  const table = `${source.schema}.${source.table}`;
  const refuse = (column: SourceColumn, key: string, why: string): DdlError =>
    new DdlError('DDL_COLUMN_FIXED', { message: `${key} names ${column.name} of ${table}, which ${why}.`, details: { table, column: column.name, key } });
  const roleOf = (column: SourceColumn): string | null => (fixed.keys.includes(column) ? 'is a key column' : fixed.cursor.includes(column) ? 'is a cursor column' : null);

  const disguises = new Map<SourceColumn, ColumnDisguise>();
  const disguise = (name: string, key: string, how: ColumnDisguise): void => {
    const column = columnNamed(source, name, key);
    const role = roleOf(column);
    if (role !== null) throw refuse(column, key, `${role}: its values must stay`);
    if (disguises.has(column)) throw refuse(column, key, 'is disguised already');
    disguises.set(column, how);
  };
  for (const name of hash) disguise(name, 'columns.hash', { kind: 'hash' });
  for (const [name, rule] of Object.entries(mask)) disguise(name, 'columns.mask', { kind: 'mask', rule });

  const policies = new Map<SourceColumn, Partial<TypePolicies>>();
  for (const [name, chosen] of Object.entries(columnPolicies)) {
    const column = columnNamed(source, name, 'columns.policy');
    const role = roleOf(column);
    const changing = Object.entries(chosen).some(([policy, action]) => Object.hasOwn(fixed.strict, policy) && fixed.strict[policy as keyof TypePolicies] !== action);
    if (role !== null && changing) throw refuse(column, 'columns.policy', `${role}: its values must stay, in a type that Redshift compares`);
    policies.set(column, { ...policies.get(column), ...chosen });
  }
  return { disguises, policies };
}
