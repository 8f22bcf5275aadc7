import type { ResolvedProcessing, ResolvedReading, ResolvedTable, ResolvedTypePolicies } from '../resolved.ts';
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
    loadMode: value.load_mode,
    mergeKeys: value.merge_keys ?? null,
    targetSchema: target.schema,
    targetTable: target.table,
    redshiftKeys,
    tableType: value.table_type ?? redshiftKeys?.tableType ?? null,
    optimizer: value.optimizer,
    renameColumns: value.columns.rename ?? {},
    schemaContract: value.schema_contract,
    evolveBackfill: value.evolve_backfill,
    types: resolveTypes(value.types),
    processing: resolveProcessing(value.processing),
    dependsOn: value.depends_on ?? [],
  };
}

/** The target's name of a source table `schema.table`. */
export function targetTable(name: string, targetName: string | undefined): string {
  return redshiftName(targetName ?? name.slice(name.indexOf('.') + 1));
}

function resolveReading(value: TableValue): ResolvedReading {
  return {
    strategy: value.cdc_strategy,
    timestampColumn: value.cdc_timestamp_column ?? null,
    idColumn: value.cdc_id_column ?? null,
    lagMs: durationMs(value.lag),
    lookbackMs: durationMs(value.lookback),
    lateCommits: value.late_commits,
    nullCursor: value.null_cursor,
    additionalWhere: value.additional_where ?? null,
  };
}

function resolveTypes(value: TableValue['types']): ResolvedTypePolicies {
  return {
    zeroDate: value.zero_date,
    invalidUtf8: value.invalid_utf8,
    nulByte: value.nul_byte,
    oversizeString: value.oversize_string,
    oversizeBinary: value.oversize_binary,
    tinyint1: value.tinyint1,
    bit1: value.bit1,
    time: value.time,
    decimalOver38: value.decimal_over_38,
    binary: value.binary,
    json: value.json,
    geometry: value.geometry,
  };
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
