import { redshiftTypeSql, targetType } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';
import { canHold } from './column-fit.ts';
import { existingTypeText, type ExistingColumn } from './existing-column.ts';

/** One thing that keeps a table from taking the staged columns. */
export interface ColumnDifference {
  readonly column: string;
  readonly problem: 'missing' | 'type' | 'required' | 'key_type' | 'identity' | 'identity_rebuild' | 'taken';
  /** The type that the column needs; null for a column that only the table has; of a name that is taken, the column that should get it. */
  readonly staged: string | null;
  /** The table's type; null when it lacks the column. */
  readonly existing: string | null;
}

/** Every difference, in staged order; further columns of the table are fine when they may be left out of an INSERT. */
export function compareColumns(staged: readonly StagedColumn[], existing: readonly ExistingColumn[]): readonly ColumnDifference[] {
  const byName = new Map(existing.map((column) => [column.name, column]));
  const names = new Set(staged.map((column) => column.name));
  const differences: ColumnDifference[] = [];
  for (const column of staged) {
    const found = byName.get(column.name);
    const type = redshiftTypeSql(targetType(column));
    if (found === undefined) differences.push({ column: column.name, problem: 'missing', staged: type, existing: null });
    else if (!canHold(found, targetType(column))) differences.push({ column: column.name, problem: 'type', staged: type, existing: existingTypeText(found) });
  }
  for (const column of existing) {
    if (!names.has(column.name) && !column.isNullable && !column.hasDefault) differences.push({ column: column.name, problem: 'required', staged: null, existing: existingTypeText(column) });
  }
  return differences;
}

/** A difference as a line for people. */
export function differenceText({ column, problem, staged, existing }: ColumnDifference): string {
  switch (problem) {
    case 'missing': return `${column} is missing (${staged})`;
    case 'type': return `${column} is ${existing}, which does not hold every ${staged}`;
    case 'key_type': return `${column} is ${existing}, and a key of ${staged} cannot be compared with it`;
    case 'identity': return `${column} is an IDENTITY column, whose values Redshift makes`;
    case 'identity_rebuild': return `${column} is an IDENTITY column whose seed and step the catalogue does not tell, so a table that is built anew cannot go on counting where it stands`;
    case 'taken': return `${staged} should be named ${column}, and the table has another column of that name (${existing}), whose values the rows that are there would keep`;
    case 'required': return `${column} (${existing}) is NOT NULL without a default, and the source does not have it`;
  }
}
