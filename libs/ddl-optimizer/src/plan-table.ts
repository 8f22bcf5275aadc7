import type { Finding, SourceColumn, SourceTable, StagedColumn } from '@tidemark/domain';
import { columnChoices, type ColumnChoices } from './column-choices.ts';
import { DdlError } from './errors.ts';
import { planFindings } from './plan-findings.ts';
import { estimateRowBytes } from './row-bytes.ts';
import { columnNamed, selectColumns, type ColumnSelection } from './select-columns.ts';
import { targetType } from './sql/redshift-type-sql.ts';
import { stageColumn, type FormedColumn } from './stage-column.ts';
import { targetColumnNames } from './target-name.ts';
import { findTypeRule } from './type-map.ts';
import type { TypePolicies } from './type-policies.ts';

export interface PlanOptions extends ColumnSelection, ColumnChoices {
  /** Of every column that has none of its own. */
  readonly policies: TypePolicies;
  /** Source names of the merge key; the primary key when absent or null. */
  readonly keys?: readonly string[] | null;
  /** Source names of the columns by which the newest version of a row wins, outermost first. */
  readonly versionColumns?: readonly string[];
  /** Names in Redshift by source name, as the configuration gives them. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Names that earlier batches had, by source name. */
  readonly storedNames?: Readonly<Record<string, string>>;
  /** Source names of the columns that the reading is ordered by: their values stay as they are, as those of keys and versions do. */
  readonly cursorColumns?: readonly string[];
}

/** How a source table travels and what it becomes. */
export interface TablePlan {
  /** In table order: the order of the SELECT, of the file and of the COPY. */
  readonly columns: readonly StagedColumn[];
  /** Source name to target name, for columns whose name changes. */
  readonly columnMapping: Readonly<Record<string, string>>;
  /** Target names; empty without a key. */
  readonly keys: readonly string[];
  /** Target names. */
  readonly versionColumns: readonly string[];
  readonly findings: readonly Finding[];
  /** A guess, see `estimateRowBytes`. */
  readonly estimatedRowBytes: number;
}

/**
 * In a key nothing may change, since two keys could become one; nor in a version column, since an older row could win.
 * Keys are compared in Redshift, so they stay in types that it compares and distributes by.
 */
const STRICT: Partial<TypePolicies> = { zeroDate: 'fail', oversizeString: 'fail', oversizeBinary: 'fail', invalidUtf8: 'fail', nulByte: 'fail', json: 'varchar', binary: 'hex' };

function requireSelected(source: SourceTable, selected: ReadonlySet<SourceColumn>, names: readonly string[], role: string): readonly SourceColumn[] {
  return names.map((name) => {
    const column = columnNamed(source, name, role);
    if (selected.has(column)) return column;
    throw new DdlError('DDL_COLUMN_REQUIRED', {
      message: `Column ${column.name} of ${source.schema}.${source.table} is a ${role}, and the column selection leaves it out.`,
      details: { table: `${source.schema}.${source.table}`, column: column.name, role },
    });
  });
}

function unmapped(source: SourceTable, columns: readonly SourceColumn[], policiesOf: (column: SourceColumn) => TypePolicies): DdlError {
  const table = `${source.schema}.${source.table}`;
  const hasChoice = columns.some((column) => findTypeRule(column, policiesOf(column)) !== undefined);
  return new DdlError('DDL_TYPE_UNMAPPED', {
    message: `${table} has columns whose type has no exact form in Redshift: ${columns.map((column) => `${column.name} (${column.columnType})`).join(', ')}.`,
    ...(hasChoice ? { remedy: ['Choose types.geometry: hex_wkb or wkt for geometries.', 'Or exclude the column (columns.exclude).'] } : {}),
    details: { table, columns: columns.map((column) => ({ column: column.name, type: column.columnType })) },
  });
}

/**
 * Plans every selected column, generated and invisible ones included. Pure: the same definition gives the same plan.
 *
 * @throws DdlError `DDL_TYPE_UNMAPPED` with every column that has no mapping; `DDL_NAME_TOO_LONG`, `DDL_NAME_COLLISION`;
 *   `DDL_COLUMN_UNKNOWN`, `DDL_COLUMN_REQUIRED`, `DDL_COLUMN_COUNT` for a selection that does not fit the table
 */
export function planTable(source: SourceTable, options: PlanOptions): TablePlan {
  const selected = selectColumns(source, options);
  const selectedSet = new Set(selected);
  const keys = requireSelected(source, selectedSet, options.keys ?? source.primaryKey, 'key column');
  const versions = requireSelected(source, selectedSet, options.versionColumns ?? [], 'version column');
  const renamed = Object.fromEntries(Object.entries(options.renamed ?? {}).map(([name, to]) => [columnNamed(source, name, 'columns.rename').name, to]));
  const names = targetColumnNames(`${source.schema}.${source.table}`, selected.map((column) => column.name), { renamed, stored: options.storedNames ?? {} });
  const nameOf = (column: SourceColumn): string => names.get(column.name)!;

  const ordering = [...new Set([...keys, ...versions])];
  const cursor = (options.cursorColumns ?? []).map((name) => columnNamed(source, name, 'cursor column'));
  const choices = columnChoices(source, options, { keys, cursor: [...versions, ...cursor], strict: STRICT });
  const policiesOf = (column: SourceColumn): TypePolicies => ({ ...options.policies, ...choices.policies.get(column) });
  const planned = selected.map((column) => ({
    column,
    planned: stageColumn(column, nameOf(column), ordering.includes(column) ? { ...policiesOf(column), ...STRICT } : policiesOf(column), choices.disguises.get(column)),
  }));
  const failed = planned.filter((entry) => entry.planned === undefined);
  if (failed.length > 0) throw unmapped(source, failed.map((entry) => entry.column), policiesOf);
  const formed = planned as readonly { readonly column: SourceColumn; readonly planned: FormedColumn }[];

  const columns = formed.map((entry) => entry.planned.staged);
  const strictColumns = ordering.filter((column) => {
    const asConfigured = stageColumn(column, nameOf(column), policiesOf(column))?.staged;
    const asPlanned = columns.find(({ source: name }) => name === column.name);
    return Object.values(asConfigured?.policies ?? {}).some((action) => action !== 'fail') || (asConfigured !== undefined && asPlanned !== undefined && targetType(asConfigured).name !== targetType(asPlanned).name);
  });
  return {
    columns,
    columnMapping: Object.fromEntries(columns.filter((column) => column.name !== column.source).map((column) => [column.source, column.name])),
    keys: keys.map(nameOf),
    versionColumns: versions.map(nameOf),
    findings: planFindings({ source, formed, keys, strictColumns }),
    estimatedRowBytes: estimateRowBytes(columns),
  };
}
