import type { Strategy } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import { checkTransactionSql, type TablePlan } from '@tidemark/ddl-optimizer';
import type { Finding, FrozenBatch, FrozenScd2, LoadMode, SourceTable, StagedColumn } from '@tidemark/domain';
import { SyncError } from './errors.ts';

/** SHA2's argument is a text of 65,535 bytes at most; a column takes up to eighty of them. */
const MAX_TRACKED = 800;

/** How a table is loaded: what its configuration says, else what its reading and its keys suggest. */
export function loadModeOf(source: SourceTable, table: ResolvedTable): LoadMode {
  if (table.loadMode !== null) return table.loadMode;
  if (table.reading.strategy === 'full_sync') return 'replace';
  return (table.mergeKeys ?? source.primaryKey).length > 0 ? 'merge' : 'append';
}

/** Source names of the columns that identify a row; null takes the primary key. */
export function keysOf(table: ResolvedTable, mode: LoadMode): readonly string[] | null {
  return mode === 'scd2' ? (table.scd2.keys ?? table.mergeKeys) : table.mergeKeys;
}

/** What the batches of a table carry for their load. */
export interface LoadPlan {
  readonly frozen: Pick<FrozenBatch, 'mode' | 'swap' | 'scd2' | 'pre_sql' | 'post_sql'>;
  readonly findings: readonly Finding[];
}

interface LoadInputs {
  readonly source: SourceTable;
  readonly table: ResolvedTable;
  readonly strategy: Strategy;
  readonly plan: TablePlan;
  readonly mode: LoadMode;
  /** Rows are read once more in every run. */
  readonly readsAgain: boolean;
}

/**
 * Plans how batches get into the target, and refuses what could not be loaded before anything is read.
 * @throws SyncError `SYNC_LOAD_MODE`, `SYNC_SCD2`, `SYNC_OWN_SQL`
 */
export function planLoad(inputs: LoadInputs): LoadPlan {
  const { table, mode } = inputs;
  refuseMode(inputs);
  refuseOwnSql(table);
  return {
    frozen: {
      mode,
      ...(mode === 'replace' ? { swap: table.swap } : {}),
      ...(mode === 'scd2' ? { scd2: planHistory(inputs) } : {}),
      ...(table.preSql.length > 0 ? { pre_sql: table.preSql } : {}),
      ...(table.postSql.length > 0 ? { post_sql: table.postSql } : {}),
    },
    findings: modeFindings(inputs),
  };
}

function refuseMode({ source, table, strategy, plan, mode, readsAgain }: LoadInputs): void {
  const name = `${source.schema}.${source.table}`;
  const details = { table: name, loadMode: mode, strategy: strategy.name };
  if ((mode === 'merge' || mode === 'scd2') && plan.keys.length === 0) {
    throw new SyncError('SYNC_LOAD_MODE', { message: `${name} has no primary key, and load_mode ${mode} needs to know which columns identify a row.`, remedy: [`Name them in ${mode === 'scd2' ? 'scd2.keys' : 'merge_keys'}.`, 'Or use load_mode: append.'], details });
  }
  if (mode === 'append' && readsAgain && plan.keys.length === 0) {
    throw new SyncError('SYNC_LOAD_MODE', { message: `${name} has no key, so in append rows that are read once more for late commits cannot be told from those that are there.`, remedy: ['Name the columns that identify a row in merge_keys.', 'Or read nothing twice: lookback: 0.'], details });
  }
  if (mode === 'append' && table.evolveBackfill === 'auto') {
    throw new SyncError('SYNC_LOAD_MODE', { message: `${name} is appended${table.loadMode === null ? ', since it has no key' : ''}, and evolve_backfill: auto would read it anew and add every row once more.`, remedy: ['Write evolve_backfill: stop for it.', 'Or name the columns that identify a row in merge_keys, for load_mode: merge.'], details });
  }
  if ('nullCursor' in table.reading && table.reading.nullCursor === 'include' && mode !== 'merge') {
    throw new SyncError('SYNC_LOAD_MODE', { message: `${name}: null_cursor include reads rows without a time again in every run, which load_mode ${mode} cannot tell from new ones.`, remedy: ['Use load_mode: merge.', 'Or leave the rows out: null_cursor: exclude.'], details });
  }
  if (mode === 'replace' && strategy.kind !== 'snapshot') {
    throw new SyncError('SYNC_LOAD_MODE', { message: `${name}: load_mode replace takes the whole table, and the strategy ${strategy.name} reads what is new.`, remedy: ['Use cdc_strategy: full_sync.', 'Or use load_mode: merge.'], details });
  }
  if (table.loadMode !== null && mode === 'append' && strategy.kind === 'snapshot') {
    throw new SyncError('SYNC_LOAD_MODE', { message: `${name}: ${strategy.name} reads the whole table in every run, and load_mode append would add all of it each time.`, remedy: ['Use load_mode: replace.'], details });
  }
}

function refuseOwnSql(table: ResolvedTable): void {
  const keys = { pre_sql: table.preSql, post_sql: table.postSql };
  for (const [key, statements] of Object.entries(keys)) {
    for (const sql of statements) {
      const reason = checkTransactionSql(sql);
      if (reason !== null) throw new SyncError('SYNC_OWN_SQL', { message: `${table.name}: a statement of ${key} ${reason}: ${sql}`, details: { table: table.name, key, sql } });
    }
  }
}

function historyError({ source }: LoadInputs, message: string, remedy: readonly string[], details: Readonly<Record<string, unknown>> = {}): SyncError {
  return new SyncError('SYNC_SCD2', { message: `${source.schema}.${source.table}: ${message}`, remedy, details: { table: `${source.schema}.${source.table}`, ...details } });
}

function stagedNamed(inputs: LoadInputs, name: string, role: string): StagedColumn {
  const { columns } = inputs.plan;
  const found = columns.find((column) => column.source === name) ?? columns.find((column) => column.source.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw historyError(inputs, `${name}, which ${role} names, is not among the columns that are read.`, [`Name one of ${columns.map((column) => column.source).join(', ')}.`], { column: name });
}

/** Null: the time of the snapshot. */
function effectiveColumn(inputs: LoadInputs): StagedColumn | null {
  const { table, strategy } = inputs;
  const { effective } = table.scd2;
  if (effective === 'snapshot') {
    if (strategy.kind === 'snapshot') return null;
    throw historyError(inputs, `scd2.effective is snapshot, and the strategy ${strategy.name} reads none.`, ['Use cdc_strategy: full_sync.', 'Or use scd2.effective: cursor.']);
  }
  const name = effective === 'cursor' ? strategy.versionColumns[0] : effective;
  const remedy = ['Name a DATE, DATETIME or TIMESTAMP column in scd2.effective.', ...(strategy.kind === 'snapshot' ? ['Or use scd2.effective: snapshot.'] : [])];
  if (name === undefined) throw historyError(inputs, `scd2.effective is cursor, and the strategy ${strategy.name} has no time column.`, remedy);
  const column = stagedNamed(inputs, name, 'scd2.effective');
  if (column.redshift.name === 'TIMESTAMP' || column.redshift.name === 'DATE') return column;
  throw historyError(inputs, `${column.source} (${column.sourceType}) says no time from which a version could hold.`, remedy, { column: column.source });
}

function planHistory(inputs: LoadInputs): FrozenScd2 {
  const { table, plan, strategy } = inputs;
  const { scd2 } = table;
  const effective = effectiveColumn(inputs);
  const isKey = (column: StagedColumn): boolean => plan.keys.includes(column.name);
  const tracked = scd2.tracked === null ? plan.columns.filter((column) => !isKey(column) && column !== effective) : scd2.tracked.map((name) => stagedNamed(inputs, name, 'scd2.tracked'));
  const keyed = tracked.find(isKey);
  if (keyed !== undefined) throw historyError(inputs, `${keyed.source} is a key of the history, so it never changes within it.`, ['Take it out of scd2.tracked.'], { column: keyed.source });
  const unhashable = tracked.filter((column) => column.redshift.name === 'VARBYTE');
  if (unhashable.length > 0) throw historyError(inputs, `${unhashable.map((column) => column.source).join(', ')} would be VARBYTE, whose changes cannot be followed.`, ['Use types.binary: hex for them.', 'Or name other columns in scd2.tracked.'], { columns: unhashable.map((column) => column.source) });
  if (tracked.length > MAX_TRACKED) throw historyError(inputs, `${tracked.length} columns are tracked; at most ${MAX_TRACKED} can be.`, ['Name the columns that matter in scd2.tracked.']);
  if (scd2.expireMissing && strategy.kind !== 'snapshot') throw historyError(inputs, `expire_missing needs to see the whole table, and the strategy ${strategy.name} reads what is new.`, ['Use cdc_strategy: full_sync.', 'Or set scd2.expire_missing: false.']);
  const own = Object.values(scd2.columns);
  const twice = own.find((name, index) => own.indexOf(name) !== index) ?? own.find((name) => plan.columns.some((column) => column.name === name));
  if (twice !== undefined) throw historyError(inputs, `${twice} would be the name of two columns of the target.`, ['Give the columns of the history other names in scd2.columns.', 'Or rename the column of the source with columns.rename.'], { column: twice });
  return {
    tracked: tracked.map((column) => column.name),
    effective: effective?.name ?? null,
    first_valid_from: scd2.firstValidFrom,
    expire_missing: scd2.expireMissing,
    max_expire_percent: scd2.maxExpirePercent,
    columns: scd2.columns,
  };
}

function modeFindings({ source, table, strategy, plan, mode }: LoadInputs): Finding[] {
  const name = `${source.schema}.${source.table}`;
  const findings: Finding[] = [];
  if (mode === 'append' && table.loadMode === null) {
    findings.push({ code: 'APPEND_WITHOUT_KEY', severity: 'warning', table: name, message: `${name} has no key: rows are appended, and a changed row becomes a further row.`, remedy: ['Name the columns that identify a row in merge_keys.', 'Or set load_mode: append, if that is meant.'] });
  }
  if (mode === 'replace' && table.swap === 'rename' && plan.columns.some((column) => column.target !== undefined)) {
    findings.push({ code: 'SWAP_CASTS', severity: 'info', table: name, message: 'Values are cast on their way, so each batch is written twice before the table is renamed.', remedy: ['Use swap: delete_insert.'] });
  }
  if (mode === 'scd2' && !(strategy.kind === 'snapshot' && table.scd2.expireMissing)) {
    findings.push({ code: 'HISTORY_KEEPS_DELETED', severity: 'info', table: name, message: 'The history does not see deleted rows: their last version stays current.', remedy: ['Use cdc_strategy: full_sync with scd2.expire_missing: true.'] });
  }
  return findings;
}
