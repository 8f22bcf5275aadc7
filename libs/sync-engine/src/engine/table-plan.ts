import { createStrategy, type Strategy, type StrategySettings } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { chooseKeys, planTable, type TablePlan } from '@tidemark/ddl-optimizer';
import type { Finding, FrozenBatch, SourceTable } from '@tidemark/domain';
import { schemaFingerprint } from '@tidemark/layout';
import { frozenHashKey } from './hash-key.ts';
import type { TargetTable } from './ports.ts';

/** How one table is read, and what its rows become. */
export interface SyncPlan {
  readonly source: SourceTable;
  readonly strategy: Strategy;
  readonly plan: TablePlan;
  readonly frozen: FrozenBatch;
  readonly findings: readonly Finding[];
}

/** What the state of a table says about its columns. */
export interface KnownNames {
  /** Names in Redshift by source name. */
  readonly names: Readonly<Record<string, string>>;
  /** Source names of the columns that are loaded, where others are not taken; null takes all. */
  readonly only: readonly string[] | null;
}

/**
 * Plans a table from its definition and its settings. Pure.
 * @param hashKey fingerprint of the key of hashed columns; null without a key
 */
export function planSync(source: SourceTable, table: ResolvedTable, target: TargetTable, cursorTimeZone: string, hashKey: string | null, known: KnownNames | null = null): SyncPlan {
  const strategy = createStrategy(source, strategySettings(table, cursorTimeZone));
  const plan = planTable(source, {
    policies: table.types,
    include: known?.only ?? table.includeColumns,
    exclude: table.excludeColumns,
    keys: table.mergeKeys,
    versionColumns: strategy.versionColumns,
    cursorColumns: [...strategy.order.map((column) => column.name), ...source.primaryKey],
    hash: table.hashColumns,
    mask: table.maskColumns,
    columnPolicies: table.columnPolicies,
    renamed: table.renameColumns,
    storedNames: known?.names ?? {},
  });
  const { keys: tableKeys, findings: keyFindings } = chooseKeys({
    source, columns: plan.columns, keys: plan.keys, cursor: strategy.versionColumns[0] ?? null, configured: table.redshiftKeys, optimizer: table.optimizer, tableType: table.tableType,
  });
  const frozen: FrozenBatch = {
    schema_fingerprint: schemaFingerprint(plan.columns),
    columns: plan.columns,
    column_mapping: plan.columnMapping,
    mode: table.loadMode,
    keys: plan.keys,
    version_columns: plan.versionColumns,
    target: { schema: target.schema, table: target.table, work_schema: target.workSchema },
    ...frozenHashKey(table.name, plan.columns, hashKey),
    shape: { table_keys: tableKeys, primary_key: source.primaryKey, fresh: true, added: {}, renamed: {}, dropped: [] },
  };
  return { source, strategy, plan, frozen, findings: [...plan.findings, ...keyFindings, ...cursorFindings(source, strategy)] };
}

function strategySettings(table: ResolvedTable, cursorTimeZone: string): StrategySettings {
  const { reading } = table;
  return { ...reading, timestampFormat: 'datetime', lookbackMs: reading.lateCommits === 'lookback' ? reading.lookbackMs : 0, cursorTimeZone };
}

function cursorFindings(source: SourceTable, strategy: Strategy): Finding[] {
  const timestamp = strategy.order[0]!;
  const table = `${source.schema}.${source.table}`;
  const findings: Finding[] = [];
  if (!source.indexes.some((index) => index.columns[0] === timestamp.name)) {
    findings.push({
      code: 'CURSOR_NOT_INDEXED', severity: 'warning', table,
      message: `No index of ${table} begins with ${timestamp.name}: each increment scans the table.`,
      remedy: [`Add an index on (${strategy.order.map((column) => column.name).join(', ')}).`],
    });
  }
  if (!timestamp.extra.includes('on update current_timestamp')) {
    findings.push({
      code: 'CURSOR_NOT_TOUCHED', severity: 'info', table,
      message: `${timestamp.name} has no ON UPDATE CURRENT_TIMESTAMP: a change that does not set it is not seen.`,
      remedy: [`Make sure that every writer sets ${timestamp.name}.`],
    });
  }
  if (timestamp.isNullable) {
    findings.push({ code: 'CURSOR_NULLABLE', severity: 'warning', table, message: `${timestamp.name} may be NULL: such a row has no place in the read order.`, remedy: [`Make ${timestamp.name} NOT NULL.`] });
  }
  findings.push({
    code: 'DELETES_NOT_SEEN', severity: 'info', table,
    message: 'Merge does not see deleted rows and changed keys.',
    remedy: ['Mark rows as deleted at the source instead of deleting them.'],
  });
  return findings;
}
