import { createTableSql, stagingTableSql } from '@tidemark/ddl-optimizer';
import type { StagedColumn } from '@tidemark/domain';
import { ledgerTable } from './ledger/ledger-table.ts';
import type { TargetTable } from './ports.ts';
import { shadowPrefix, shadowTable } from './snapshot/shadow-table.ts';
import { countedRangeSql, countRowsSql, createRebuiltSql, dropTableSql, fillRebuiltSql, lockTableSql, moveLedgerSql, ownTableSql, renameTableSql, tableStepSql } from './sql/alter-table-sql.ts';
import { dropAppendedSql } from './sql/append-sql.ts';
import { boundViewsSql, findLedgersSql, findRelationSql, findTargetSql, listColumnsSql, lockHoldersSql, ownerSql } from './sql/catalog-sql.ts';
import { copySql } from './sql/copy-sql.ts';
import { countRepeatedTargetKeysSql, deleteRepeatedSql, insertSinglesSql, takeSinglesSql } from './sql/dedupe-sql.ts';
import { grantsFor } from './sql/grant-sql.ts';
import { createLedgerSql, insertLedgerSql, listLedgerSql, lockLedgerSql, readBatchesSql, readHeadSql, type LedgerEntry } from './sql/ledger-sql.ts';
import { loadErrorQueries } from './sql/load-error-sql.ts';
import { countMatchedSql, mergeIntoSql } from './sql/merge-into-sql.ts';
import { countRepeatedKeysSql, countStageSql, deleteReplacedSql, dropOlderSql, insertStagedSql, takeNewestSql, type MergeColumns } from './sql/merge-sql.ts';
import { rightsSql } from './sql/rights-sql.ts';
import {
  correctVersionsSql, countBackwardSql, countBrokenKeysSql, countMissingSql, countNewVersionsSql, countRepeatedVersionsSql, createVersionsSql, endVersionsSql, expireMissingSql, forgetVersionsSql, historyColumns,
  insertVersionsSql, keepVersionsSql, overwriteUntrackedSql, takeAlikeOnceSql, takeVersionsSql, type HistoryColumns,
} from './sql/scd2-sql.ts';
import { createShadowLikeSql, createShadowSql, dropShadowSql, readSnapshotSql, renameSwapSql } from './sql/snapshot-sql.ts';
import type { Statement } from './sql/statement.ts';
import { columnLayoutSql, tableOwnerSql } from './sql/table-layout-sql.ts';

const column = (name: string, redshift: StagedColumn['redshift'], more: Partial<StagedColumn> = {}): StagedColumn => ({
  source: name, name, sourceType: '', select: '', decode: 'utf8', parquet: { physical: 'BYTE_ARRAY', logical: 'STRING' }, redshift, policies: {}, ...more,
});
const id = column('id', { name: 'BIGINT' });
const code = column('code', { name: 'VARCHAR', bytes: 40 });
const amount = column('amount', { name: 'DECIMAL', precision: 12, scale: 2 });
const details = column('details', { name: 'VARCHAR', bytes: 65_535 }, { target: { redshift: { name: 'SUPER' }, by: 'json_parse' } });
const updated = column('updated_at', { name: 'TIMESTAMP' });

const target: TargetTable = { schema: 'reporting', table: 'orders', workSchema: 'tidemark_work' };
const ledger = ledgerTable(target);
const OID = '16384';
const SET_TIME = '2026-01-31 12:00:00.000';
const SNAPSHOT = '01J00000000000000000000000';
const STAGE = '"tidemark_stage"';
const NEWEST = '"tidemark_newest"';

const all = [id, code, amount, details, updated];
const merged: MergeColumns = { all, keys: [id, code], versions: [updated] };
const own = { key: 'sk', from: 'valid_from', to: 'valid_to', current: 'is_current', hash: 'row_hash' };
const history: HistoryColumns = { all: [id, code, amount, updated], keys: [id, code], tracked: [amount], untracked: [updated], effective: updated, names: own };
const entry: LedgerEntry = {
  kind: 'batch', epoch: 1, seq: 1, batch_id: null, generation: 1, owner: '', range_after: null, range_upto: null, manifest_key: null, manifest_sha256: null, rows_copied: 0, rows_inserted: 0, rows_deleted: 0, rows_quarantined: 0,
  snapshot_id: null, target_oid: null, source_uuid: null, run_id: '',
};
const existing = (name: string, dataType: string, defaultSql: string | null) => ({ name, dataType, maxBytes: null, precision: null, scale: null, isNullable: true, hasDefault: defaultSql !== null, defaultSql });

type Line = string | Statement;

function sections(): readonly (readonly [string, string, readonly Line[]])[] {
  const [filled, renamed] = [shadowTable(target, SNAPSHOT, 'delete_insert'), shadowTable(target, SNAPSHOT, 'rename')];
  const rebuilt = { schema: target.schema, table: 'tidemark_rebuilt__0' };
  const columns = [{ name: 'sk', type: null, from: existing('sk', 'bigint', '"identity"(16384, 0, \'1,1\'::text)'), constant: null }, { name: 'id', type: id.redshift, from: existing('id', 'integer', null), constant: null }];
  return [
    ['Before a run: rights, and the fence', 'A session of its own; the fence is a transaction.', [
      'SELECT CURRENT_USER AS name, CURRENT_DATABASE() AS database', findRelationSql(target), rightsSql(target, 'merge', { table: true, ledger: true }, true), findLedgersSql(ledger.table), createLedgerSql(ledger), lockHoldersSql(OID),
      'SELECT pg_terminate_backend(12345)', 'SET statement_timeout TO 15000', 'BEGIN', lockLedgerSql(ledger), readHeadSql(ledger), ...insertLedgerSql(ledger, [{ ...entry, kind: 'fence' }]), 'COMMIT',
    ]],
    ['The target table', 'Created, or changed so that it takes the columns. Only a widening stands outside a transaction.', [
      createTableSql(target, all, { keys: ['id', 'code'] }),
      createTableSql(target, history.all, { keys: ['id', 'code'], tableKeys: { dist: { style: 'KEY', column: 'id' }, sort: { type: 'compound', columns: ['updated_at', 'id'] }, encodings: { code: 'zstd' } }, history: { key: own.key, columns: historyColumns(own), required: [own.hash, own.from, own.current] } }),
      listColumnsSql(target), tableStepSql(target, { kind: 'rename', from: 'note', to: 'remark' }), tableStepSql(target, { kind: 'add', column: 'kind', type: code.redshift, constant: "'old'" }), tableStepSql(target, { kind: 'widen', column: 'code', bytes: 80 }),
    ]],
    ['A table that is built anew', 'One transaction, under the locks of the ledger and the table.', [
      tableOwnerSql(OID), columnLayoutSql(target), lockTableSql(target), countedRangeSql(target, 'sk'), createRebuiltSql(rebuilt, columns, { dist: { style: 'AUTO' }, sort: { type: 'auto' }, encodings: {} }, new Map([['sk', { seed: 42n, step: 1n }]])), countRowsSql(target),
      fillRebuiltSql(target, rebuilt, columns), renameTableSql(target, 'tidemark_replaced__0'), renameTableSql(rebuilt, target.table), ownTableSql(target, 'etl'), dropTableSql({ schema: target.schema, table: 'tidemark_replaced__0' }), moveLedgerSql(ledger, 1, OID, '16385'),
    ]],
    ['Every load', 'One transaction in one session; what the mode does stands before the ledger rows.', [
      'BEGIN', lockLedgerSql(ledger), readHeadSql(ledger), readBatchesSql(ledger, 1, 1, 2), findTargetSql(target, shadowPrefix(target)), stagingTableSql('tidemark_stage', all), copySql(STAGE, all, 's3://bucket/manifest.json', { iamRole: 'default' }),
      'SELECT pg_last_copy_count() AS row_count', ...insertLedgerSql(ledger, [entry, entry]), 'COMMIT',
    ]],
    ['append', 'The last four where a range is read once more.', [
      insertStagedSql(STAGE, target, merged), countStageSql(STAGE, merged), countRepeatedKeysSql(STAGE, merged), takeNewestSql(STAGE, NEWEST, { ...merged, versions: [] }), dropAppendedSql(STAGE, target, merged),
    ]],
    ['merge', 'MERGE where the target has columns of its own, else DELETE and INSERT. The keys of the target are looked at once in an epoch.', [
      countStageSql(STAGE, merged), countRepeatedTargetKeysSql(target, merged), takeSinglesSql(target, ['id', 'code', 'amount'], merged), deleteRepeatedSql(target, merged), insertSinglesSql(target, ['id', 'code', 'amount']), countRepeatedKeysSql(STAGE, merged),
      stagingTableSql('tidemark_newest', all), takeNewestSql(STAGE, NEWEST, merged), dropOlderSql(NEWEST, target, merged), deleteReplacedSql(NEWEST, target, merged), insertStagedSql(NEWEST, target, merged), countMatchedSql(NEWEST, target, merged), mergeIntoSql(NEWEST, target, merged),
    ]],
    ['replace', 'Batches fill a shadow table; the last one swaps.', [
      readSnapshotSql(ledger, 1, SNAPSHOT), createShadowSql(filled, all), createShadowLikeSql(renamed, target), copySql(`"${filled.schema}"."${filled.table}"`, all, 's3://bucket/manifest.json', { iamRole: 'default' }), `DELETE FROM "${target.schema}"."${target.table}"`,
      insertStagedSql(`"${filled.schema}"."${filled.table}"`, target, merged), dropShadowSql(filled), ownerSql(OID), boundViewsSql(OID), ...renameSwapSql(renamed, target, `${renamed.table}o`),
    ]],
    ['scd2', 'Whole rows are compared only where a key and time repeat.', [
      createVersionsSql(history), takeVersionsSql(STAGE, history, SET_TIME), countRepeatedVersionsSql(history), forgetVersionsSql(), takeAlikeOnceSql(STAGE, history, SET_TIME), countBackwardSql(target, history), countMissingSql(target, history),
      'SET error_on_nondeterministic_update TO true', correctVersionsSql(target, history, '1900-01-01 00:00:00'), keepVersionsSql(target, history), countNewVersionsSql(), endVersionsSql(target, history), insertVersionsSql(target, history, '1900-01-01 00:00:00'), overwriteUntrackedSql(target, history),
      expireMissingSql(target, history, SET_TIME), countBrokenKeysSql(target, history),
    ]],
    ['After a failure, and beside runs', 'What a COPY says in full, the rights that are asked for, the ledger as it is listed, statistics.', [
      ...loadErrorQueries(12_345, '2026-01-31 12:00:00'), ...grantsFor('alter', target, 'etl', 'dev', { table: true, ledger: true }), listLedgerSql(ledger), `ANALYZE "${target.schema}"."${target.table}"`,
    ]],
  ];
}

const textOf = (line: Line): string => (typeof line === 'string' ? line : line.text).replace(/;$/, '');

/** Every statement that the loader sends, of one made-up table, as a Markdown page. Literals and names are as they would be sent. */
export function renderStatements(): string {
  const blocks = sections().flatMap(([title, words, lines]) => [`## ${title}`, '', words, '', '```sql', ...lines.map((line) => `${textOf(line)};`), '```', '']);
  return [
    '# Statements in Redshift',
    '',
    'What the loader sends, for one made-up table with a key of two columns, a JSON column and a version column. Made from the functions that build the statements, `libs/redshift-loader/src/sql`.',
    'Values that are bound stand as `$1`. Not every statement is sent in every load; the order is that in which they come.',
    '',
    ...blocks,
  ].join('\n');
}
