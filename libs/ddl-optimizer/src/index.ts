export { createTableSql, stagingTableSql, type CreateTableOptions } from './sql/create-table-sql.ts';
export { quoteIdentifier, quoteTable } from './sql/quote-identifier.ts';
export { redshiftTypeSql, targetType } from './sql/redshift-type-sql.ts';
export { DDL_ERRORS, DdlError } from './errors.ts';
export { planTable, type PlanOptions, type TablePlan } from './plan-table.ts';
export { renderTypeMap } from './render-type-map.ts';
export type { ColumnSelection } from './select-columns.ts';
export { foldName } from './target-name.ts';
export { DEFAULT_TYPE_POLICIES, type TypePolicies } from './type-policies.ts';
