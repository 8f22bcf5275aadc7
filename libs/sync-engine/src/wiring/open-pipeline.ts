import { resolveSecrets, type ResolvedPipeline, type ResolvedTable } from '@tidemark/config';
import type { Logger } from '@tidemark/domain';
import { hashKeyFingerprint } from '@tidemark/layout';
import { createLeaseStore, createManifestStore, createQuarantineStore, createWatermarkStore } from '@tidemark/watermark';
import type { CleaningPort } from '../engine/clean/ports.ts';
import type { ObjectListingPort } from '../engine/list-objects.ts';
import type { PartPort, SyncPorts } from '../engine/ports.ts';
import type { PipelineSettings } from '../engine/sync-request.ts';
import { loadParts, loadSource, loadTarget } from './load-adapters.ts';
import { openConnections } from './open-connections.ts';
import { openSecrets } from './open-secrets.ts';
import { openStore } from './open-store.ts';
import { queryTimeoutOf } from './query-timeout.ts';

export interface OpenPipelineOptions {
  readonly logger: Logger;
  /** The tables that will be read; those that the pipeline lists by default. */
  readonly tables?: readonly ResolvedTable[];
}

/** The ports of a pipeline over its real connections. Disposing it ends sessions, tunnels and sockets. */
export interface OpenPipeline extends AsyncDisposable {
  readonly ports: SyncPorts;
  readonly settings: PipelineSettings;
  readonly objects: ObjectListingPort & CleaningPort;
}

/**
 * Composes a pipeline's ports. The bucket is asked once whether it honours conditional writes, on which every lease depends;
 * the databases that `pipeline.needs` names are connected to on first use, the others never.
 *
 * Secrets that lie in a store are read first, those of the needed databases only. What is not needed is not even loaded.
 *
 * @throws StoreError when the bucket cannot be used; SecretError when a secret cannot be had; WiringError when COPY would have no credentials
 */
export async function openPipeline(pipeline: ResolvedPipeline, { logger, tables = pipeline.tables }: OpenPipelineOptions): Promise<OpenPipeline> {
  const { lease, needs } = pipeline;
  const { s3, source, target } = await resolveSecrets({ s3: pipeline.s3, source: pipeline.source, target: pipeline.target }, () => openSecrets(logger));
  await using parts = new AsyncDisposableStack();
  const store = parts.adopt(await openStore(s3, logger), (open) => open.close());
  const { registry } = parts.use(openConnections([source], [target], logger));
  const { watermarkPath } = s3;
  const state = { store, watermarkPath, logger };
  const ports: SyncPorts = {
    leases: createLeaseStore({ ...state, ttlMs: lease.ttlMs, heartbeatMs: lease.heartbeatMs }),
    watermarks: createWatermarkStore(state),
    manifests: createManifestStore({ ...state, bucket: s3.bucket }),
    quarantine: createQuarantineStore(state),
    source: needs.includes('source') ? (await loadSource()).openSource(registry.source(source.name), { progressTimeoutMs: queryTimeoutOf(tables), hashKey: pipeline.hashKey }, logger) : null,
    parts: needs.includes('source') ? parts.use((await loadParts()).openParts(store)) : NO_PARTS,
    target: needs.includes('target') ? (await loadTarget()).openTarget(registry.target(target.name), target, s3, logger) : null,
  };
  await store.probeConditionalWrites(watermarkPath);
  const owned = parts.move();
  return { ports, settings: settingsOf(pipeline), objects: store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Parts are written from rows of the source. */
const NO_PARTS: PartPort = {
  open: () => {
    throw new RangeError('a pipeline that reads no source writes no parts');
  },
};

function settingsOf(pipeline: ResolvedPipeline): PipelineSettings {
  return {
    pipeline: pipeline.identity,
    target: pipeline.target.name,
    workSchema: pipeline.target.workSchema,
    cursorTimeZone: pipeline.source.cursorTimeZone,
    incrementalPath: pipeline.s3.incrementalPath,
    watermarkPath: pipeline.s3.watermarkPath,
    isolationPrefix: pipeline.isolationPrefix,
    partitionStrategy: pipeline.partitionStrategy,
    compression: pipeline.compression,
    leaseWaitMs: pipeline.lease.waitMs,
    hashKey: pipeline.hashKey === null ? null : hashKeyFingerprint(pipeline.hashKey),
    maxParallelTables: pipeline.maxParallelTables,
    timeoutMs: pipeline.timeoutMs,
  };
}
