import type { MaskRule } from '@tidemark/domain';
import type { ResolvedProcessing, ResolvedReading, ResolvedScd2, ResolvedTable, ResolvedTypePolicies, TimeReading } from '../resolved.ts';
import type { TABLE_SCHEMA } from '../schema/table-schema.ts';
import type { FilledOf } from '../schema/schema-node.ts';
import { keysOfTable, type RedshiftKeys } from '../redshift-keys/redshift-keys.ts';
import { durationMs } from './duration.ts';
import { redshiftName } from './redshift-name.ts';

const BYTES_PER_MB = 1_048_576;

/** The settings of one table after all layers, defaults filled in. */
export type TableValue = FilledOf<typeof TABLE_SCHEMA>;

export interface TableIdentity {
  /** `schema.table` at the source. */
  readonly name: string;
  readonly connection: string;
  readonly isListed: boolean;
  readonly targetSchema: string;
  readonly keys: RedshiftKeys;
}

export function resolveTableSettings({ name, connection, isListed, targetSchema, keys }: TableIdentity, value: TableValue): ResolvedTable {
  const target = { schema: redshiftName(targetSchema), table: targetTable(name, value.target_name) };
  const redshiftKeys = keysOfTable(keys, name, `${target.schema}.${target.table}`);
  return {
    name,
    scopedName: `${connection}:${name}`,
    isListed,
    reading: resolveReading(value),
    includeColumns: value.columns.include ?? null,
    excludeColumns: value.columns.exclude ?? [],
    hashColumns: value.columns.hash ?? [],
    maskColumns: Object.fromEntries(Object.entries(value.columns.mask ?? {}).map(([column, mask]) => [column, maskRule(mask)])),
    columnPolicies: Object.fromEntries(Object.entries(value.columns.policy ?? {}).map(([column, policies]) => [column, resolveColumnTypes(policies)])),
    loadMode: value.load_mode ?? null,
    mergeKeys: value.merge_keys ?? null,
    swap: value.swap,
    scd2: resolveScd2(value.scd2),
    preSql: value.pre_sql ?? [],
    postSql: value.post_sql ?? [],
    analyze: value.analyze,
    targetSchema: target.schema,
    targetTable: target.table,
    redshiftKeys,
    tableType: value.table_type ?? redshiftKeys?.tableType ?? null,
    optimizer: value.optimizer,
    renameColumns: value.columns.rename ?? {},
    schemaContract: value.schema_contract,
    evolveBackfill: value.evolve_backfill,
    types: resolveTypes(value.types),
    quarantineMaxRows: value.quarantine.max_rows,
    processing: resolveProcessing(value.processing),
    dependsOn: value.depends_on ?? [],
  };
}

/** The target's name of a source table `schema.table`. */
export function targetTable(name: string, targetName: string | undefined): string {
  return redshiftName(targetName ?? name.slice(name.indexOf('.') + 1));
}

function resolveScd2(value: TableValue['scd2']): ResolvedScd2 {
  const { key, from, to, current, hash } = value.columns;
  const since = value.first_valid_from;
  return {
    keys: value.keys ?? null,
    tracked: value.tracked ?? null,
    effective: value.effective,
    firstValidFrom: since === 'effective' ? null : since.length === 10 ? `${since} 00:00:00` : since,
    expireMissing: value.expire_missing,
    maxExpirePercent: value.max_expire_percent,
    columns: { key: redshiftName(key), from: redshiftName(from), to: redshiftName(to), current: redshiftName(current), hash: redshiftName(hash) },
  };
}

function resolveReading(value: TableValue): ResolvedReading {
  const additionalWhere = value.additional_where ?? null;
  const idColumn = value.cdc_id_column ?? null;
  const [idLookback, lateCommits] = [value.id_lookback ?? null, value.late_commits];
  const time: TimeReading = {
    timestampColumn: value.cdc_timestamp_column ?? null,
    timestampFormat: value.timestamp_format,
    lagMs: durationMs(value.lag),
    lookbackMs: value.lookback === undefined ? null : durationMs(value.lookback),
    lateCommits,
    nullCursor: value.null_cursor,
    additionalWhere,
  };
  switch (value.cdc_strategy) {
    case 'hybrid': return { strategy: 'hybrid', ...time, idColumn };
    case 'timestamp_only': return { strategy: 'timestamp_only', ...time };
    case 'id_only': return { strategy: 'id_only', idColumn, idLookback, lateCommits, additionalWhere };
    case 'custom_sql': return { strategy: 'custom_sql', query: value.custom_query ?? null, ...time, idColumn, idLookback };
    case 'full_sync': return { strategy: 'full_sync', resumable: value.resumable, additionalWhere };
  }
}

/** The resolved name of each policy. */
const POLICY_NAMES = {
  zero_date: 'zeroDate', invalid_utf8: 'invalidUtf8', nul_byte: 'nulByte', oversize_string: 'oversizeString', oversize_binary: 'oversizeBinary', tinyint1: 'tinyint1', bit1: 'bit1', time: 'time',
  decimal_over_38: 'decimalOver38', binary: 'binary', json: 'json', geometry: 'geometry',
} as const satisfies { readonly [K in Exclude<keyof TableValue['types'], 'version' | 'description' | 'metadata'>]: keyof ResolvedTypePolicies };

/** The choices that are made, by their resolved names. */
function resolveColumnTypes(value: Readonly<Record<string, unknown>>): Partial<ResolvedTypePolicies> {
  return Object.fromEntries(Object.entries(POLICY_NAMES).flatMap(([name, resolved]) => (value[name] === undefined ? [] : [[resolved, value[name]]])));
}

/** Every policy has a default, so every choice is made. */
function resolveTypes(value: TableValue['types']): ResolvedTypePolicies {
  return resolveColumnTypes(value) as ResolvedTypePolicies;
}

/** Reads a mask that its schema has let pass. */
function maskRule(mask: string): MaskRule {
  const kept = /^keep_(first|last)_(\d+)$/.exec(mask);
  if (kept !== null) return { keep: kept[1] as 'first' | 'last', characters: Number(kept[2]) };
  return { keep: mask === 'keep_domain' ? 'domain' : mask === 'redact' ? 'nothing' : 'null' };
}

function resolveProcessing(value: TableValue['processing']): ResolvedProcessing {
  return {
    batchSize: value.batch_size,
    batchMaxBytes: Math.round(value.batch_max_mb * BYTES_PER_MB),
    targetFileBytes: Math.round(value.target_file_mb * BYTES_PER_MB),
    maxFileRows: value.max_rows_per_file ?? null,
    encodeInThread: value.encode_in_thread,
    loadTargetBytes: Math.round(value.load_target_mb * BYTES_PER_MB),
    queryTimeoutMs: Math.round(value.query_timeout_seconds * 1_000),
  };
}
