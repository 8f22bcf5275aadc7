import { createTableSql } from '@tidemark/ddl-optimizer';
import type { ResolvedTable } from '@tidemark/config';
import type { Finding, StagedColumn } from '@tidemark/domain';
import { fixBound } from './fix-bound.ts';
import type { SourcePort, TargetTable } from './ports.ts';
import type { PipelineSettings } from './sync-request.ts';
import { planSync } from './table-plan.ts';

/** What a sync of one table would do. Nothing is written to make it. */
export interface TablePreview {
  readonly table: string;
  readonly target: TargetTable;
  readonly strategy: string;
  readonly mode: string;
  readonly cursor: readonly string[];
  readonly keys: readonly string[];
  readonly bound: string;
  readonly estimatedRows: number;
  /** The first query of a first load, and of an increment from the beginning. */
  readonly firstLoadSql: string | null;
  readonly incrementSql: string;
  readonly columns: readonly Pick<StagedColumn, 'source' | 'name' | 'sourceType' | 'redshift'>[];
  /** Statement that would create the target table where there is none. */
  readonly createTable: string;
  readonly findings: readonly Finding[];
}

/** Plans each table from its definition at the source. Reads only. */
export async function previewTables(settings: PipelineSettings, tables: readonly ResolvedTable[], source: SourcePort): Promise<readonly TablePreview[]> {
  const previews: TablePreview[] = [];
  for (const table of tables) previews.push(await previewTable(settings, table, source));
  return previews;
}

async function previewTable(settings: PipelineSettings, table: ResolvedTable, source: SourcePort): Promise<TablePreview> {
  const [schema, name] = [table.name.slice(0, table.name.indexOf('.')), table.name.slice(table.name.indexOf('.') + 1)];
  const target = { schema: table.targetSchema, table: table.targetTable, workSchema: settings.workSchema };
  const { strategy, plan, findings, source: definition } = planSync(await source.describe(schema, name), table, target, settings.cursorTimeZone);
  const bound = await fixBound(source, strategy, new AbortController().signal);
  const limit = table.processing.batchSize;
  return {
    table: table.scopedName, target, strategy: table.strategy, mode: table.loadMode,
    cursor: strategy.order.map((column) => column.name),
    keys: plan.keys,
    bound: bound.value,
    estimatedRows: definition.estimatedRows,
    firstLoadSql: strategy.loadsFirstByKey ? strategy.firstLoadPage(plan.columns, null, limit).sql : null,
    incrementSql: strategy.increment(plan.columns, null, bound, limit).sql,
    columns: plan.columns.map(({ source: sourceName, name: targetName, sourceType, redshift }) => ({ source: sourceName, name: targetName, sourceType, redshift })),
    createTable: createTableSql(target, plan.columns, { keys: plan.keys }),
    findings,
  };
}
