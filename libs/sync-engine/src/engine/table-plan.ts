import { createStrategy, type KeyLookup, type Strategy } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { chooseKeys, planTable, type TablePlan } from '@tidemark/ddl-optimizer';
import type { Finding, FrozenBatch, SourceTable } from '@tidemark/domain';
import { schemaFingerprint } from '@tidemark/layout';
import { frozenHashKey } from './hash-key.ts';
import { keysOf, loadModeOf, planLoad } from './load-plan.ts';
import { quarantineFindings, quarantineKey } from './quarantine-plan.ts';
import type { TargetTable } from './ports.ts';
import { readingFindings } from './reading-findings.ts';
import { strategySettings } from './strategy-settings.ts';

/** How one table is read, and what its rows become. */
export interface SyncPlan {
  readonly source: SourceTable;
  readonly strategy: Strategy;
  readonly plan: TablePlan;
  readonly frozen: FrozenBatch;
  readonly findings: readonly Finding[];
  /** How rows are found again by their key; null when they cannot be. */
  readonly lookup: KeyLookup | null;
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
  const mode = loadModeOf(source, table);
  const settings = strategySettings(table.reading, mode, cursorTimeZone);
  const strategy = createStrategy(source, settings);
  const plan = planTable(source, {
    policies: table.types,
    include: known?.only ?? table.includeColumns,
    exclude: table.excludeColumns,
    keys: keysOf(table, mode),
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
  const readsAgain = ('lookbackMs' in settings && settings.lookbackMs > 0) || ('idLookback' in settings && settings.idLookback > 0);
  const load = planLoad({ source, table, strategy, plan, mode, readsAgain });
  const frozen: FrozenBatch = {
    schema_fingerprint: schemaFingerprint(plan.columns),
    columns: plan.columns,
    column_mapping: plan.columnMapping,
    ...load.frozen,
    keys: plan.keys,
    version_columns: plan.versionColumns,
    target: { schema: target.schema, table: target.table, work_schema: target.workSchema },
    ...frozenHashKey(table.name, plan.columns, hashKey),
    shape: { table_keys: tableKeys, primary_key: source.primaryKey, fresh: true, added: {}, renamed: {}, dropped: [] },
  };
  const lookup = quarantineKey(source, settings, plan.columns, plan.keys);
  return { source, strategy, plan, frozen, lookup, findings: [...plan.findings, ...keyFindings, ...load.findings, ...readingFindings(source, strategy, table, mode), ...quarantineFindings(table, plan.columns, lookup)] };
}
