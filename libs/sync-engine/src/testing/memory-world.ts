import type { HybridReading, ResolvedReading, ResolvedTable } from '@tidemark/config';
import { silentLogger, type BatchManifest, type LeaseOwner, type RunResult, type SyncEvent, type TableTask, type WatermarkDocument } from '@tidemark/domain';
import { createMemoryStore, type MemoryFaults, type MemoryStore } from '@tidemark/s3-store/testing';
import { createLeaseStore, createManifestStore, createQuarantineStore, createWatermarkStore } from '@tidemark/watermark';
import { cleanOrphans, type OrphanOutcome } from '../engine/clean/clean-orphans.ts';
import { cleanTable, type CleanOutcome, type CleanRequest } from '../engine/clean/clean-table.ts';
import { cleanUnloaded, type CleanUnloadedRequest, type UnloadedOutcome } from '../engine/clean/clean-unloaded.ts';
import type { CleaningPort } from '../engine/clean/ports.ts';
import type { BackfillOrder } from '../engine/backfill.ts';
import { wrapPorts, type RequestWrapper } from '../engine/port-methods.ts';
import type { SyncPorts, TargetTable } from '../engine/ports.ts';
import { resetWatermark, type ResetRequest } from '../engine/state/reset-watermark.ts';
import type { EpochRequest } from '../engine/state/state-request.ts';
import { syncPipeline } from '../engine/sync-pipeline.ts';
import type { PipelineSettings, SyncStages } from '../engine/sync-request.ts';
import { MemoryParts } from './memory-parts.ts';
import { MemorySource } from './memory-source.ts';
import { MemoryTarget } from './memory-target.ts';

const WATERMARK_PATH = 'watermark/';
/** The settings of the memory world's pipeline. */
export const MEMORY_SETTINGS: PipelineSettings = {
  pipeline: 'shop_pipeline', target: 'dw', workSchema: 'work', cursorTimeZone: 'UTC', incrementalPath: 'incremental/', watermarkPath: WATERMARK_PATH,
  isolationPrefix: '', partitionStrategy: 'table', compression: 'snappy', leaseWaitMs: 0, hashKey: null, maxParallelTables: 1, timeoutMs: 0,
};

/** The one table of the memory world. */
export const MEMORY_TABLE: ResolvedTable = {
  name: 'sales.orders', scopedName: 'SHOP_RO:sales.orders', isListed: true,
  reading: { strategy: 'hybrid', timestampColumn: null, idColumn: null, timestampFormat: 'datetime', lagMs: 1000, lookbackMs: 60_000, lateCommits: 'lookback', nullCursor: 'fail', additionalWhere: null },
  includeColumns: null, excludeColumns: [], hashColumns: [], maskColumns: {}, columnPolicies: {}, quarantineMaxRows: 0, loadMode: 'merge', mergeKeys: null, swap: 'delete_insert', preSql: [], postSql: [], analyze: 'always',
  scd2: { keys: null, tracked: null, effective: 'cursor', firstValidFrom: null, expireMissing: false, maxExpirePercent: 5, columns: { key: 'sk', from: 'valid_from', to: 'valid_to', current: 'is_current', hash: 'row_hash' } }, targetSchema: 'reporting', targetTable: 'orders',
  redshiftKeys: null, tableType: null, optimizer: 'propose', renameColumns: {}, schemaContract: 'evolve', evolveBackfill: 'stop',
  types: {
    zeroDate: 'fail', invalidUtf8: 'fail', nulByte: 'fail', oversizeString: 'fail', oversizeBinary: 'fail', tinyint1: 'smallint', bit1: 'boolean', time: 'varchar', decimalOver38: 'varchar', binary: 'hex', json: 'varchar', geometry: 'fail',
  },
  processing: { batchSize: 10, batchMaxBytes: 1_000_000, targetFileBytes: 1_000_000, maxFileRows: null, encodeInThread: false, loadTargetBytes: 1_000_000, queryTimeoutMs: 60_000 },
  dependsOn: [],
};

/** The task that the memory world works on. */
export const MEMORY_TASK: TableTask = { pipeline: MEMORY_SETTINGS.pipeline, target: MEMORY_SETTINGS.target, table: MEMORY_TABLE.scopedName };

const MEMORY_TARGET: TargetTable = { schema: MEMORY_TABLE.targetSchema, table: MEMORY_TABLE.targetTable, workSchema: MEMORY_SETTINGS.workSchema };

const LEASE_TTL_MS = 60_000;

/** As the stores settle their writes, without waiting. */
const SETTLE = { attempts: 4, pause: () => Promise.resolve() };

/** What a command is told besides, or otherwise. */
export type CommandOptions<Request extends EpochRequest> = Partial<Request> & ProcessOptions & { readonly stages?: SyncStages };

/** What a process does otherwise to its surroundings, or they to it. */
export interface ProcessOptions {
  /** Put around every request, e.g. a crash. */
  readonly wrapper?: RequestWrapper;
  /** What its state documents are read from and written to; the world's store without it. */
  readonly stateStore?: MemoryStore;
}

export interface RunOptions extends ProcessOptions {
  readonly stages?: SyncStages;
  readonly limit?: number;
  readonly backfill?: BackfillOrder;
  readonly requeue?: boolean;
  readonly table?: Partial<Omit<ResolvedTable, 'reading'>>;
  /** Settings of its strategy. */
  readonly reading?: Partial<HybridReading> | ResolvedReading;
  readonly settings?: Partial<PipelineSettings>;
  /** Interrupts the run. */
  readonly signal?: AbortSignal;
}

/** A whole pipeline in memory: the real engine and the real state documents over a source, an object store and a target that live in this process. */
export class MemoryWorld {
  readonly source = new MemorySource();
  readonly store: MemoryStore;
  readonly target: MemoryTarget;
  readonly events: SyncEvent[] = [];
  /** What befalls requests to the store, of whatever process. */
  faults: MemoryFaults = {};
  readonly #parts: MemoryParts;
  readonly #dead = new Set<number>();
  #storeMs = 1_700_000_000_000;
  #runs = 0;
  #writes = 0;

  constructor() {
    this.store = createMemoryStore({ now: () => this.#storeMs, faults: { before: (request) => this.faults.before?.(request), after: (request) => this.faults.after?.(request) } });
    this.#parts = new MemoryParts(this.store);
    this.target = new MemoryTarget((key) => this.#parts.rowsOf(key));
  }

  /** Lets every lease of the past expire. */
  letLeasesExpire(): void {
    this.#storeMs += 2 * LEASE_TTL_MS;
  }

  /** One run, as a process of its own. A run whose wrapper struck a crash counts as a dead process from then on. */
  async sync({ stages = 'both', limit, backfill, requeue = false, wrapper, stateStore, table = {}, reading = {}, settings = {}, signal = new AbortController().signal }: RunOptions = {}): Promise<RunResult> {
    const pid = ++this.#runs;
    const ports = this.#ports(pid, stages, stateStore);
    try {
      return await syncPipeline(
        {
          runId: `sync_20260101_000000_${String(pid).padStart(8, '0')}`, settings: { ...MEMORY_SETTINGS, ...settings }, tables: [{ ...MEMORY_TABLE, ...table, reading: { ...MEMORY_TABLE.reading, ...reading } as ResolvedReading }], stages, limit: limit ?? null, requeue, ...(backfill === undefined ? {} : { backfill }), context: {}, signal,
          emit: (event) => this.events.push(event), logger: silentLogger, surroundings: this.#surroundings(),
        },
        wrapper === undefined ? ports : wrapPorts(ports, wrapper),
      );
    } finally {
      this.#dead.add(pid);
    }
  }

  async reset(options: CommandOptions<ResetRequest> = {}): Promise<void> {
    await this.command((request, ports) => resetWatermark({ isForced: false, ...request }, ports), options);
  }

  /** One command on the table's state, as a process of its own. */
  async command<T>(work: (request: EpochRequest, ports: SyncPorts) => Promise<T>, { wrapper, stateStore, stages = 'both', ...request }: CommandOptions<EpochRequest> = {}): Promise<T> {
    const pid = ++this.#runs;
    const ports = this.#ports(pid, stages, stateStore);
    const whole: EpochRequest = {
      task: MEMORY_TASK, target: MEMORY_TARGET, mode: 'merge', runId: `command_${pid}`, leaseWaitMs: 0, signal: new AbortController().signal, surroundings: this.#surroundings(),
      acceptDuplicates: false, preserve: null, isDryRun: false, ...request,
    };
    try {
      return await work(whole, wrapper === undefined ? ports : wrapPorts(ports, wrapper));
    } finally {
      this.#dead.add(pid);
    }
  }

  /** The settings that runs change parts of. */
  get table(): ResolvedTable {
    return MEMORY_TABLE;
  }

  /** The manifests of the present epoch, in order. */
  async manifests(): Promise<readonly BatchManifest[]> {
    const stored = await this.#state().manifests.list(MEMORY_TASK, (await this.watermark())?.epoch ?? 1, 0);
    return stored.map(({ manifest }) => manifest);
  }

  /** One cleaning of loaded files, or of orphans, as a process of its own. */
  async clean(what: 'loaded' | 'orphans', options: Partial<CleanRequest> & ProcessOptions & { readonly objects?: CleaningPort } = {}): Promise<CleanOutcome | OrphanOutcome> {
    const pid = ++this.#runs;
    const { objects = this.store, wrapper, stateStore, ...request } = options;
    const ports = this.#ports(pid, 'both', stateStore);
    const target = { schema: MEMORY_TABLE.targetSchema, table: MEMORY_TABLE.targetTable, workSchema: MEMORY_SETTINGS.workSchema };
    const { incrementalPath, isolationPrefix, watermarkPath, leaseWaitMs } = MEMORY_SETTINGS;
    const whole: CleanRequest = {
      task: MEMORY_TASK, target, incrementalPath, isolationPrefix, watermarkPath, olderThanMs: 0, pattern: null, keepsVersions: false, isDryRun: false, runId: `clean_${pid}`, leaseWaitMs,
      signal: new AbortController().signal, surroundings: this.#surroundings(), ...request,
    };
    try {
      return await (what === 'loaded' ? cleanTable : cleanOrphans)(whole, wrapper === undefined ? ports : wrapPorts(ports, wrapper), objects);
    } finally {
      this.#dead.add(pid);
    }
  }

  /** One cleaning of what waits to be loaded, as a process of its own; without `agreed` everything that waits is given up. */
  async cleanUnloaded({ objects = this.store, wrapper, ...request }: Partial<CleanUnloadedRequest> & { readonly objects?: CleaningPort; readonly wrapper?: RequestWrapper } = {}): Promise<UnloadedOutcome> {
    const { incrementalPath, isolationPrefix, watermarkPath } = MEMORY_SETTINGS;
    return this.command((epoch, ports) => cleanUnloaded({ ...epoch, incrementalPath, isolationPrefix, watermarkPath, olderThanMs: 0, pattern: null, keepsVersions: false, agreed: null, ...request }, ports, objects), wrapper === undefined ? {} : { wrapper });
  }

  async watermark(): Promise<WatermarkDocument | null> {
    return (await this.#state().watermarks.read(MEMORY_TASK))?.document ?? null;
  }

  #surroundings() {
    return { now: () => new Date(this.#storeMs), newWriteId: () => `00000000-0000-4000-8000-${String(++this.#writes).padStart(12, '0')}`, pause: () => Promise.resolve() };
  }

  #state(store = this.store) {
    const settings = { store, watermarkPath: WATERMARK_PATH, bucket: store.bucket, settle: SETTLE };
    return { watermarks: createWatermarkStore(settings), quarantine: createQuarantineStore(settings), manifests: createManifestStore(settings) };
  }

  #ports(pid: number, stages: SyncStages, store = this.store): SyncPorts {
    const owner: Omit<LeaseOwner, 'run_id'> = { host: 'memory', pid, boot_id: 'boot', process_start: String(pid) };
    return {
      ...this.#state(store),
      leases: createLeaseStore({
        store, watermarkPath: WATERMARK_PATH, settle: SETTLE, ttlMs: LEASE_TTL_MS, heartbeatMs: LEASE_TTL_MS / 4,
        // A run that does not notice that it slept: what it writes must be refused by what others wrote.
        clock: { elapsedMs: () => 0, schedule: () => () => undefined, sleep: () => Promise.resolve() },
        processes: { self: () => owner, isDead: (other) => this.#dead.has(other.pid) },
      }),
      source: stages === 'redshift-only' ? null : this.source,
      parts: this.#parts,
      target: stages === 'backup-only' ? null : this.target,
    };
  }
}
