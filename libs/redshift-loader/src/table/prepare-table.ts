import { createTableSql } from '@tidemark/ddl-optimizer';
import type { Finding } from '@tidemark/domain';
import { LoaderError } from '../errors.ts';
import type { PreparedTable, PrepareRequest, RedshiftSession, TargetTable } from '../ports.ts';
import { judgeFailure } from '../session/failure.ts';
import { runTransaction, type TransactionEnvironment } from '../session/run-transaction.ts';
import { tableStepSql } from '../sql/alter-table-sql.ts';
import { listColumnsSql } from '../sql/catalog-sql.ts';
import { historyColumns } from '../sql/scd2-sql.ts';
import { claimTable } from './claim-table.ts';
import { compareColumns, differenceText } from './compare-columns.ts';
import { existingColumn, existingTypeText, isIdentity, type ExistingColumn } from './existing-column.ts';
import { findRelation } from './find-relation.ts';
import { planTableChange, type TableChange } from './plan-table-change.ts';
import { rebuildTable } from './rebuild-table.ts';

async function listColumns(session: RedshiftSession, target: TargetTable): Promise<readonly ExistingColumn[]> {
  const { text, values } = listColumnsSql(target);
  const existing = (await session.query(text, values)).rows.map(existingColumn);
  if (existing.length > 0) return existing;
  const name = `${target.schema}.${target.table}`;
  throw new LoaderError('TARGET_GRANTS', { message: `The table ${name} exists, but none of its columns can be seen.`, remedy: [`Have USAGE on schema ${target.schema} and SELECT, INSERT, UPDATE, DELETE on ${name} granted.`], details: { schema: target.schema, table: target.table } });
}

const nameOf = ({ target }: PrepareRequest): string => `${target.schema}.${target.table}`;

function planned(request: PrepareRequest, existing: readonly ExistingColumn[], notWidenable: ReadonlySet<string>): TableChange {
  const change = planTableChange(existing, { keys: request.keys, columns: request.columns, shape: request.shape, contract: request.change?.contract ?? 'freeze', notWidenable });
  const details = { schema: request.target.schema, table: request.target.table };
  const ofHistory = request.scd2 === undefined ? [] : historyColumns(request.scd2.columns);
  const own = new Set(ofHistory.map(({ name }) => name));
  const conflicts = [...change.conflicts.filter(({ column, problem }) => !(problem === 'required' && own.has(column))), ...compareColumns(ofHistory, existing).filter(({ problem }) => problem !== 'required')];
  if (conflicts.length > 0) {
    throw new LoaderError('TARGET_COLUMNS_DIFFER', { message: `${nameOf(request)} cannot take the columns of the source: ${conflicts.map(differenceText).join('; ')}.${change.rebuildReasons.length === 0 ? '' : ` It would also have to be built anew: ${change.rebuildReasons.join('; ')}.`}`, details: { ...details, differences: conflicts } });
  }
  if (change.rebuild !== null && request.change?.allowRebuild !== true) {
    throw new LoaderError('TARGET_REBUILD', { message: `${nameOf(request)} has to be built anew to take the columns of the source: ${change.rebuildReasons.join('; ')}.`, details: { ...details, changes: change.rebuildReasons } });
  }
  return change;
}

function whatChanged({ steps, rebuild, rebuildReasons }: TableChange): readonly string[] {
  const lines = steps.map((step) => {
    switch (step.kind) {
      case 'rename': return `${step.from} renamed to ${step.to}`;
      case 'add': return `${step.column} added${step.constant === null ? '' : ` with DEFAULT ${step.constant}`}`;
      case 'widen': return `${step.column} widened to VARCHAR(${step.bytes})`;
    }
  });
  return rebuild === null ? lines : [...lines, `built anew: ${rebuildReasons.join(', ')} (comments and constraints are not carried over)`];
}

/** What a person should know about a table that is there. */
function prepared(request: PrepareRequest, oid: string, existing: readonly ExistingColumn[], change: TableChange, changed: readonly string[]): PreparedTable {
  const table = nameOf(request);
  const findings: Finding[] = changed.length === 0 ? [] : [{ code: 'TARGET_CHANGED', severity: 'info', table, message: `${table} was changed: ${changed.join('; ')}.`, remedy: [] }];
  const byName = new Map(existing.map((column) => [column.name, column]));
  const casts = Object.keys(change.casts).map((name) => `${name} to ${existingTypeText(byName.get(name)!)}`);
  if (casts.length > 0) findings.push({ code: 'TARGET_CASTS', severity: 'info', table, message: `${table} has columns of other types, which hold the values exactly; they are cast: ${casts.join(', ')}.`, remedy: [] });
  const required = request.columns.filter(({ name }) => !request.keys.includes(name) && byName.get(name)?.isNullable === false).map(({ name }) => name);
  if (required.length > 0) findings.push({ code: 'TARGET_NOT_NULL', severity: 'warning', table, message: `Columns ${required.join(', ')} of ${table} are NOT NULL: a NULL from the source stops the load.`, remedy: ['Have the columns made nullable, which needs the table to be built anew.'] });
  const dropped = request.shape?.dropped ?? [];
  const ofHistory = request.scd2 === undefined ? [] : historyColumns(request.scd2.columns);
  const own = new Set([...request.columns, ...dropped, ...ofHistory].map(({ name }) => name));
  const others = existing.filter((column) => !own.has(column.name) && !isIdentity(column)).map(({ name }) => name);
  if (others.length > 0 && request.shape !== undefined) findings.push({ code: 'TARGET_MORE_COLUMNS', severity: 'info', table, message: `${table} has columns that the source does not have: ${others.join(', ')}. Rows that are replaced whole lose what stands in them.`, remedy: [] });
  return { oid, casts: change.casts, nulls: dropped.filter(({ name }) => byName.has(name)), findings };
}

/**
 * Widens what can be widened, one statement each, since Redshift refuses that inside a transaction. Repeating it is harmless.
 *
 * @returns columns that Redshift would not widen: they have an encoding, a constraint or a default that stands in the way
 */
async function widen(session: RedshiftSession, request: PrepareRequest): Promise<ReadonlySet<string>> {
  const refused = new Set<string>();
  for (const step of planned(request, await listColumns(session, request.target), refused).steps) {
    if (step.kind !== 'widen') continue;
    try {
      await session.query(tableStepSql(request.target, step));
    } catch (error) {
      if (judgeFailure(error).kind !== 'other') throw error;
      refused.add(step.column);
    }
  }
  return refused;
}

type Attempt = { readonly table: PreparedTable } | { readonly needsWidening: readonly string[] };

/**
 * Creates the target table, or makes the one that is there able to take the columns.
 *
 * If the process dies here, after
 * - CREATE TABLE or any change in the transaction, before COMMIT: nothing is there of it;
 * - COMMIT of an empty table, of columns that were renamed or added, of a table that was built anew: the next run finds it done;
 * - a widening, which commits by itself: the column is wide enough, and the next run goes on with the rest.
 * No row was loaded in any case, and every batch before is loaded: what stands in the table is right.
 *
 * @throws LoaderError `TARGET_COLUMNS_DIFFER`, `TARGET_REBUILD`, `TARGET_REBUILD_BLOCKED`, `TARGET_NOT_A_TABLE`, `LEDGER_*`, `TARGET_*`
 */
export async function prepareTable(environment: TransactionEnvironment, request: PrepareRequest): Promise<PreparedTable> {
  const first = await attempt(environment, request, null);
  if ('table' in first) return first.table;
  const second = await attempt(environment, request, first.needsWidening);
  if ('table' in second) return second.table;
  throw new LoaderError('TARGET_FAILED', { message: `${nameOf(request)} was widened and is not wide enough: ${second.needsWidening.join('; ')}.`, details: { schema: request.target.schema, table: request.target.table } });
}

async function attempt(environment: TransactionEnvironment, request: PrepareRequest, widening: readonly string[] | null): Promise<Attempt> {
  let notWidenable: ReadonlySet<string> = new Set();
  return runTransaction<Attempt>(environment, { purpose: widening === null ? 'prepare' : 'alter', target: request.target }, {
    ...(widening === null ? {} : { before: async (session) => void (notWidenable = await widen(session, request)) }),
    work: async (session) => {
      const oid = await findRelation(session, request.target);
      if (oid === null) {
        const table = await createTable(session, request);
        return { commit: true, value: () => ({ table }) };
      }
      const existing = await listColumns(session, request.target);
      const change = planned(request, existing, notWidenable);
      const wide = change.rebuild === null ? change.steps.filter(({ kind }) => kind === 'widen') : [];
      if (wide.length > 0) return { commit: false, value: () => ({ needsWidening: whatChanged({ ...change, steps: wide }) }) };
      const isChanged = change.rebuild !== null || change.steps.length > 0;
      if (!isChanged) return { commit: false, value: () => ({ table: prepared(request, oid, existing, change, widening ?? []) }) };
      const head = await claimTable(session, request.target, request.change!);
      const oidNow = change.rebuild === null ? oid : await rebuildTable(session, request.target, oid, change.rebuild, head);
      if (change.rebuild === null) for (const step of change.steps) await session.query(tableStepSql(request.target, step));
      const now = await listColumns(session, request.target);
      return { commit: true, value: () => ({ table: prepared(request, oidNow, now, planned(request, now, notWidenable), [...(widening ?? []), ...whatChanged(change)]) }) };
    },
  });
}

async function createTable(session: RedshiftSession, request: PrepareRequest): Promise<PreparedTable> {
  const { target, columns, keys, shape, scd2 } = request;
  const history = scd2 === undefined ? {} : { history: { key: scd2.columns.key, columns: historyColumns(scd2.columns), required: [scd2.columns.hash, scd2.columns.from, scd2.columns.current] } };
  await session.query(createTableSql(target, columns, { keys, tableKeys: shape?.table_keys, ...history }));
  const oid = await findRelation(session, target);
  if (oid === null) throw new LoaderError('TARGET_MISSING', { message: `${nameOf(request)} was created and is not found.` });
  return { oid, casts: {}, nulls: [], findings: [] };
}
