import type { ConfigFlags } from '../config-texts.ts';
import { ConfigError } from '../errors.ts';
import { toOrigin } from '../explain.ts';
import type { PipelineModel } from '../layers/config-model.ts';
import { pipelineFlagLayer, tableLayers } from '../layers/table-layers.ts';
import type { LoadedPipeline } from '../loaded-config.ts';
import type { Origin, PipelineSide, ResolvedPipeline, ResolvedS3, ResolvedSource, ResolvedTable, ResolvedTarget } from '../resolved.ts';
import type { LEASE_SCHEMA } from '../schema/connections-schema.ts';
import type { PIPELINE_SCHEMA } from '../schema/pipeline-schema.ts';
import type { FilledOf } from '../schema/schema-node.ts';
import type { RedshiftKeys } from '../redshift-keys/redshift-keys.ts';
import { nodeAt } from '../tree/config-node.ts';
import { mergeTrees } from '../tree/merge-trees.ts';
import { toValue } from '../tree/to-value.ts';
import { durationMs } from './duration.ts';
import { keyPrefix } from './key-prefix.ts';
import { redshiftName } from './redshift-name.ts';
import { resolveTableSettings, type TableValue } from './resolve-table-settings.ts';

type PipelineValue = Omit<FilledOf<typeof PIPELINE_SCHEMA>, 'default_table_config'>;

export interface PipelineParts {
  readonly needs: readonly PipelineSide[];
  readonly source: ResolvedSource;
  readonly target: ResolvedTarget;
  readonly s3: ResolvedS3;
  readonly lease: ResolvedPipeline['lease'];
  readonly hashKey: ResolvedPipeline['hashKey'];
  readonly keys: RedshiftKeys;
}

/** Puts a checked pipeline together. The model holds no value that is broken. */
export function resolvePipeline(model: PipelineModel, parts: PipelineParts, flags: ConfigFlags): LoadedPipeline {
  const settings = mergeTrees(model.settings, pipelineFlagLayer(flags));
  const value = toValue(settings) as PipelineValue;
  const targetSchema = redshiftName(value.target_schema ?? parts.target.schema);
  const source = flags.sourceDb === undefined ? parts.source : { ...parts.source, database: flags.sourceDb };
  const nameInSource = (name: string): string => inDatabase(name, parts.source.database, source.database);
  const resolve = (name: string, isListed: boolean): ResolvedTable =>
    resolveTableSettings({ name: nameInSource(name), connection: source.name, isListed, targetSchema, keys: parts.keys }, toValue(tableLayers(model, name, flags)) as TableValue);
  const tables = [...model.tables.entries.keys()].map((name) => resolve(name, true));
  refuseOneTableTwice(tables, source.database);
  const originAt = (path: readonly string[]): Origin => {
    const node = nodeAt(settings, path);
    return node === undefined ? DEFAULT : toOrigin(node.origin);
  };
  return {
    identity: model.identity,
    alias: model.alias,
    file: model.file,
    needs: parts.needs,
    source,
    target: parts.target,
    s3: parts.s3,
    isolationPrefix: keyPrefix(value.s3.isolation_prefix),
    partitionStrategy: value.s3.partition_strategy,
    compression: value.s3.compression,
    retentionMs: durationMs(value.s3.retention),
    completionMarkers: completionMarkers(value, flags),
    hashKey: parts.hashKey,
    lease: parts.lease,
    maxParallelTables: value.processing.max_parallel_tables,
    timeoutMs: Math.round(value.processing.timeout_minutes * 60_000),
    tables,
    isStrict: value.strict_tables,
    table: (name) => tables.find((listed) => listed.name === nameInSource(name)) ?? resolve(name, false),
    origins: {
      source: originAt(['source']),
      target: originAt(['target']),
      targetSchema: originAt(['target_schema']),
      s3: originAt(['s3_config']),
      batchSize: originAt(['processing', 'batch_size']),
    },
  };
}

/** A bucket that the command line names beats the configured one. */
function completionMarkers({ completion_markers: markers }: PipelineValue, { completionBucket }: ConfigFlags): ResolvedPipeline['completionMarkers'] {
  const bucket = completionBucket ?? markers.bucket;
  return bucket === undefined ? null : { bucket, prefix: keyPrefix(markers.prefix) };
}

export function resolveLease(value: FilledOf<typeof LEASE_SCHEMA>): ResolvedPipeline['lease'] {
  return { ttlMs: durationMs(value.ttl), heartbeatMs: durationMs(value.heartbeat), waitMs: durationMs(value.wait) };
}

const DEFAULT: Origin = { layer: 'default', file: null, line: null };

/** With another database of the source, a listed table of that database and one of the configured may become one. */
function refuseOneTableTwice(tables: readonly ResolvedTable[], database: string): void {
  const seen = new Set<string>();
  for (const { name, scopedName } of tables) {
    if (seen.has(name)) throw new ConfigError('TABLE_AMBIGUOUS', { message: `with the source database ${database} the pipeline lists ${scopedName} twice`, remedy: ['Name another database, or remove one of the two tables from the pipeline.'], details: { table: name } });
    seen.add(name);
  }
}

/** A table of the configured database is read in the database that `--source-db` names. */
function inDatabase(name: string, configured: string, wanted: string): string {
  return wanted !== configured && name.startsWith(`${configured}.`) ? `${wanted}${name.slice(configured.length)}` : name;
}
