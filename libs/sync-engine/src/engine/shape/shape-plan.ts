import { defaultProbe } from '@tidemark/cdc-strategies';
import { compareSchemas, constantDefault, schemaChangeText, type SchemaChange } from '@tidemark/ddl-optimizer';
import { shellWord, type KnownSchema, type WatermarkDocument } from '@tidemark/domain';
import { SyncError } from '../errors.ts';
import type { SourcePort } from '../ports.ts';
import type { KnownNames, SyncPlan } from '../table-plan.ts';
import type { TableRun } from '../table-run.ts';
import { judgeChanges } from './judge-changes.ts';

/** The names of a table's columns as its state has them; null before the first batch. */
export function knownNames({ schema, column_mapping: mapping }: Pick<WatermarkDocument, 'schema' | 'column_mapping'>, contract: 'evolve' | 'freeze' | 'discard', columnsNow: readonly string[]): KnownNames {
  const unchanged = (schema?.columns ?? []).filter(({ source, name }) => source === name).map(({ source }) => [source, source] as const);
  const known = new Set((schema?.columns ?? []).map(({ source }) => source.toLowerCase()));
  const only = contract === 'discard' && schema !== undefined ? columnsNow.filter((name) => known.has(name.toLowerCase())) : null;
  return { names: { ...Object.fromEntries(unchanged), ...mapping }, only };
}

/** A plan that says what its batches need of the target. */
export interface ShapedPlan {
  readonly plan: SyncPlan;
  /** Not empty: rows that were read have to be read once more, in a new epoch. */
  readonly rereads: readonly SchemaChange[];
}

/**
 * Holds the source against what the newest staged batch was staged with, and applies the schema contract.
 * Reads only: it asks the source whether rows that were read have the constant that an added column says they have.
 *
 * @throws SyncError `SCHEMA_FROZEN`, `SCHEMA_REFUSED`, `SCHEMA_ALTERS_ROWS`
 */
export async function shapePlan(run: Pick<TableRun, 'task' | 'table'>, source: SourcePort, document: WatermarkDocument, plan: SyncPlan): Promise<ShapedPlan> {
  const { schema: known } = document;
  const shape = plan.frozen.shape!;
  // Nothing of the epoch is staged and reading begins at the beginning: it takes the source as it is, and every row of it.
  const isFresh = document.staged_through.seq === 0 && document.staged_through.position === null;
  if (known === undefined) return { plan: { ...plan, frozen: { ...plan.frozen, shape: { ...shape, fresh: isFresh } } }, rereads: [] };
  const changes = compareSchemas(known, { source: plan.source, columns: plan.plan.columns, keys: plan.plan.keys });
  const readsAll = isFresh || plan.strategy.kind === 'snapshot' || plan.frozen.mode === 'replace';
  const settings = { task: run.task, table: run.table.name, contract: isFresh ? 'evolve' : run.table.schemaContract, readsAll } as const;
  const { shape: changed, rereads, findings } = judgeChanges(settings, known, changes, readsAll ? new Map() : await knownConstants(source, document, plan, changes));
  const discarded = run.table.schemaContract === 'discard' ? notLoaded(run, known, plan) : [];
  if (rereads.length > 0 && (run.table.evolveBackfill === 'stop' || whyNotAgain(plan, rereads) !== null)) throw altersRows(run, plan, rereads);
  const frozen = { ...plan.frozen, shape: { ...shape, ...changed, fresh: isFresh || rereads.length > 0 } };
  return { plan: { ...plan, frozen, findings: [...plan.findings, ...findings, ...discarded, ...historyFindings(run, plan, rereads)] }, rereads };
}

/** The constants that earlier rows are known to have in added columns: by definition, and by asking. */
async function knownConstants(source: SourcePort, document: WatermarkDocument, plan: SyncPlan, changes: readonly SchemaChange[]): Promise<ReadonlyMap<string, string | null>> {
  const constants = new Map<string, string | null>();
  const { position } = document.staged_through;
  for (const change of changes) {
    if (change.kind !== 'added' || change.returns) continue;
    const constant = constantDefault(change.definition, change.column, plan.source.serverVersion);
    if (constant === undefined || position === null) continue;
    const probe = defaultProbe(plan.source, change.definition.name, position);
    if (probe !== null && !(await source.hasRows(probe))) constants.set(change.column.name, constant.literal);
  }
  return constants;
}

/** Why the table cannot be read anew over what is there; null when it can be. A merge and a history take a row that is read again for the same row. */
function whyNotAgain({ frozen }: SyncPlan, rereads: readonly SchemaChange[]): string | null {
  const { mode, keys, scd2 } = frozen;
  if (mode === 'append') return 'load_mode append would add every row once more';
  const identity = [...keys, ...(typeof scd2?.effective === 'string' ? [scd2.effective] : [])];
  const altered = rereads.filter((change) => change.kind === 'retyped').map(({ column }) => column.name).filter((name) => identity.includes(name));
  if (altered.length === 0) return null;
  return `rows of the target are found by ${altered.join(', ')}, whose stored values may be other ones`;
}

/** What a history cannot be told: what ended versions had in a column. */
function historyFindings(run: Pick<TableRun, 'table'>, { frozen }: SyncPlan, rereads: readonly SchemaChange[]): SyncPlan['findings'] {
  if (frozen.mode !== 'scd2' || rereads.length === 0) return [];
  return [{
    code: 'SCHEMA_HISTORY', severity: 'warning', table: run.table.name, remedy: [],
    message: `${run.table.name} is read anew: the newest version of each row is corrected, and versions that had ended keep what they were loaded with (${rereads.map(schemaChangeText).join('; ')}).`,
  }];
}

function notLoaded(run: Pick<TableRun, 'table'>, known: KnownSchema, { source }: SyncPlan): SyncPlan['findings'] {
  const names = new Set(known.columns.map((column) => column.source.toLowerCase()));
  const excluded = new Set(run.table.excludeColumns.map((name) => name.toLowerCase()));
  const left = source.columns.filter(({ name }) => !names.has(name.toLowerCase()) && !excluded.has(name.toLowerCase())).map(({ name }) => name);
  if (left.length === 0) return [];
  return [{ code: 'SCHEMA_DISCARDED', severity: 'warning', table: run.table.name, message: `Columns ${left.join(', ')} of ${run.table.name} are not loaded: its schema_contract is discard.`, remedy: ['Set schema_contract: evolve to load them.'] }];
}

function altersRows(run: Pick<TableRun, 'task'>, plan: SyncPlan, rereads: readonly SchemaChange[]): SyncError {
  const lines = rereads.map(schemaChangeText);
  const { pipeline, table } = run.task;
  const why = whyNotAgain(plan, rereads);
  return new SyncError('SCHEMA_ALTERS_ROWS', {
    message: `${table} has changed at the source, and rows that were read before may have other values than were loaded: ${lines.join('; ')}.${why === null ? '' : ` It cannot be read anew over them: ${why}.`}`,
    remedy: why === null
      ? ['Set evolve_backfill: auto, which reads the table anew in a new epoch.', `Or begin a new epoch: tidemark watermark reset -p ${shellWord(pipeline)} -t ${shellWord(table)}.`, 'Or leave the column out (columns.exclude).']
      : [`Drop or rename the target table, then tidemark watermark reset -p ${shellWord(pipeline)} -t ${shellWord(table)}; versions of rows that the source no longer has stay in the old table.`, 'Or leave the column out (columns.exclude).'],
    details: { table, changes: lines, loadMode: plan.frozen.mode },
  });
}
