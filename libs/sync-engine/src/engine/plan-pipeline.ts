import type { Strategy } from '@tidemark/cdc-strategies';
import { createTableSql, targetType } from '@tidemark/ddl-optimizer';
import type { ResolvedTable } from '@tidemark/config';
import type { Bound, Finding, StagedColumn } from '@tidemark/domain';
import { fixBound } from './fix-bound.ts';
import type { SourcePort, TargetTable } from './ports.ts';
import type { PipelineSettings } from './sync-request.ts';
import { lateCommitsOf } from './reading-rule.ts';
import { describeRows, settleTimestampFormat } from './strategy-settings.ts';
import { planSync } from './table-plan.ts';

/** What a sync of one table would do. Nothing is written to make it. */
export interface TablePreview {
  readonly table: string;
  readonly target: TargetTable;
  readonly strategy: string;
  readonly mode: string;
  readonly cursor: readonly string[];
  readonly keys: readonly string[];
  /** Null when nothing ends the reading but the table. */
  readonly bound: string | null;
  readonly estimatedRows: number;
  /** The first query of a first load, and of an increment from the beginning. */
  readonly firstLoadSql: string | null;
  readonly incrementSql: string | null;
  readonly columns: readonly Pick<StagedColumn, 'source' | 'name' | 'sourceType' | 'redshift' | 'disguise'>[];
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

/** The query of a run that goes on from nothing; null when there is nothing to read. */
function sqlOf(strategy: Strategy, columns: readonly StagedColumn[], bound: Bound | null, limit: number): string | null {
  if (strategy.kind === 'snapshot') return strategy.snapshot(columns).query(null, limit).sql;
  return bound === null ? null : strategy.increment(columns, bound).query(null, limit).sql;
}

async function previewTable(settings: PipelineSettings, table: ResolvedTable, source: SourcePort): Promise<TablePreview> {
  const target = { schema: table.targetSchema, table: table.targetTable, workSchema: settings.workSchema };
  const { signal } = new AbortController();
  const described = await describeRows(source, table);
  const settled = await settleTimestampFormat(source, described, table, signal);
  const { strategy, plan, frozen, findings, source: definition } = planSync(described, settled, target, settings.cursorTimeZone, settings.hashKey);
  const bound = strategy.kind === 'incremental' ? await fixBound({ source, strategy, lateCommits: lateCommitsOf(settled.reading), guardTimeoutMs: table.processing.queryTimeoutMs, signal }) : null;
  const limit = table.processing.batchSize;
  return {
    table: table.scopedName, target, strategy: strategy.name, mode: frozen.mode,
    cursor: strategy.order.map((column) => column.name),
    keys: plan.keys,
    bound: bound?.value ?? null,
    estimatedRows: definition.estimatedRows,
    firstLoadSql: strategy.kind === 'incremental' ? (strategy.firstLoad(plan.columns, null)?.query(null, limit).sql ?? null) : null,
    incrementSql: sqlOf(strategy, plan.columns, bound, limit),
    columns: plan.columns.map((column) => ({ source: column.source, name: column.name, sourceType: column.sourceType, redshift: targetType(column), ...(column.disguise === undefined ? {} : { disguise: column.disguise }) })),
    createTable: createTableSql(target, plan.columns, { keys: plan.keys, tableKeys: frozen.shape?.table_keys }),
    findings,
  };
}
