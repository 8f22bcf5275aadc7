import type { Strategy } from '@tidemark/cdc-strategies';
import { createTableSql, targetType } from '@tidemark/ddl-optimizer';
import type { ResolvedTable } from '@tidemark/config';
import type { Bound, Finding, Position, StagedColumn, WatermarkDocument } from '@tidemark/domain';
import { firstLoadEnd } from './first-load-end.ts';
import type { SourcePort, TargetTable, WatermarkPort } from './ports.ts';
import { heldAgainst, knownState } from './preview/known-state.ts';
import { previewBound } from './preview/preview-bound.ts';
import { planQuery, type QueryPlan } from './preview/query-plan.ts';
import { Remarks } from './preview/remarks.ts';
import { knownNames } from './shape/shape-plan.ts';
import { describeRows, settleTimestampFormat } from './strategy-settings.ts';
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
  /** Where reading goes on; null for the beginning. */
  readonly from: Position | null;
  /** Null when nothing ends the reading but the table. */
  readonly bound: string | null;
  readonly estimatedRows: number;
  /** The first query of a first load; null when increments read the table from the beginning. */
  readonly firstLoad: QueryPlan | null;
  /** The first query of an increment, or of a snapshot; null when there is nothing to read. */
  readonly increment: QueryPlan | null;
  readonly columns: readonly Pick<StagedColumn, 'source' | 'name' | 'sourceType' | 'redshift' | 'disguise'>[];
  /** Statement that would create the target table where there is none. */
  readonly createTable: string;
  readonly findings: readonly Finding[];
  /** The exit code of a run that would be stopped before it reads; else 0. */
  readonly exit: number;
}

/** What a preview asks. */
export interface PreviewPorts {
  readonly source: SourcePort;
  /** Null plans a first run. */
  readonly watermarks: Pick<WatermarkPort, 'examine'> | null;
}

/** Plans each table from its definition at the source and its state. Reads only. */
export async function previewTables(settings: PipelineSettings, tables: readonly ResolvedTable[], ports: PreviewPorts): Promise<readonly TablePreview[]> {
  const previews: TablePreview[] = [];
  for (const table of tables) previews.push(await previewTable(settings, table, ports));
  return previews;
}

async function previewTable(settings: PipelineSettings, table: ResolvedTable, { source, watermarks }: PreviewPorts): Promise<TablePreview> {
  const target = { schema: table.targetSchema, table: table.targetTable, workSchema: settings.workSchema };
  const task = { pipeline: settings.pipeline, target: settings.target, table: table.scopedName };
  const remarks = new Remarks(table.name);
  const document = await knownState(task, watermarks, remarks);
  const described = await describeRows(source, table);
  const settled = await settleTimestampFormat(source, described, table, new AbortController().signal);
  const known = document === null ? null : knownNames(document, table.schemaContract, described.columns.map((column) => column.name));
  const planned = planSync(described, settled, target, settings.cursorTimeZone, settings.hashKey, known);
  const { strategy, plan, frozen, findings, source: definition } = document === null ? planned : await heldAgainst(document, { task, table, source }, planned, remarks);
  const bound = strategy.kind === 'incremental' ? await previewBound(source, strategy, settled, remarks) : null;
  const from = document === null ? null : goesOnAt(document, strategy, remarks);
  const sql = firstQueries(strategy, plan.columns, { bound, from, below: strategy.kind === 'snapshot' ? null : firstLoadEnd(strategy, frozen.mode, document?.first_load_mark ?? bound), isFirstLoad: document?.phase === 'first_load', limit: table.processing.batchSize });
  const explained = (text: string | null): Promise<QueryPlan | null> => (text === null ? Promise.resolve(null) : planQuery(source, text));
  return {
    table: table.scopedName, target, strategy: strategy.name, mode: frozen.mode,
    cursor: strategy.order.map((column) => column.name),
    keys: plan.keys,
    from,
    bound: bound?.value ?? null,
    estimatedRows: definition.estimatedRows,
    firstLoad: await explained(sql.firstLoad),
    increment: await explained(sql.increment),
    columns: plan.columns.map((column) => ({ source: column.source, name: column.name, sourceType: column.sourceType, redshift: targetType(column), ...(column.disguise === undefined ? {} : { disguise: column.disguise }) })),
    createTable: createTableSql(target, plan.columns, { keys: plan.keys, tableKeys: frozen.shape?.table_keys }),
    findings: [...remarks.findings, ...findings],
    exit: remarks.exit,
  };
}

/** Where an incremental reading goes on; a position at which it cannot is remarked. */
function goesOnAt({ phase, staged_through: { position } }: WatermarkDocument, strategy: Strategy, remarks: Remarks): Position | null {
  if (position === null || strategy.kind === 'snapshot') return null;
  try {
    if (phase === 'first_load') strategy.firstLoad([], null)?.query(position, 1);
    else strategy.checkPosition(position);
    return position;
  } catch (error) {
    remarks.stop(error);
    return null;
  }
}

interface FirstQueries {
  readonly bound: Bound | null;
  readonly from: Position | null;
  /** The end of a first load's pages. */
  readonly below: Bound | null;
  /** The position is one of the first load. */
  readonly isFirstLoad: boolean;
  readonly limit: number;
}

function firstQueries(strategy: Strategy, columns: readonly StagedColumn[], { bound, from, below, isFirstLoad, limit }: FirstQueries): { readonly firstLoad: string | null; readonly increment: string | null } {
  if (strategy.kind === 'snapshot') return { firstLoad: null, increment: strategy.snapshot(columns).query(null, limit).sql };
  return {
    firstLoad: strategy.firstLoad(columns, below)?.query(isFirstLoad ? from : null, limit).sql ?? null,
    increment: bound === null ? null : strategy.increment(columns, bound).query(isFirstLoad ? null : from, limit).sql,
  };
}
