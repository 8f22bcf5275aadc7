import type { IncrementalStrategy, Strategy } from '@tidemark/cdc-strategies';
import type { ResolvedTable } from '@tidemark/config';
import type { Position } from '@tidemark/domain';
import { initialWatermark, isOldDataFile, type OldWatermark } from '@tidemark/layout';
import { SyncError } from '../errors.ts';
import type { ObjectListingPort } from '../list-objects.ts';
import { planFromSource } from '../plan-from-source.ts';
import type { SourcePort, SyncPorts } from '../ports.ts';
import type { PipelineSettings } from '../sync-request.ts';
import { beginEpoch, type StateChange } from './begin-epoch.ts';
import { readOldTime } from './old-time.ts';
import type { EpochRequest } from './state-request.ts';
import { underLease } from './under-lease.ts';

export interface ImportRequest extends EpochRequest {
  readonly table: ResolvedTable;
  readonly settings: PipelineSettings;
  /** Zone of times that have none; null where they all have one. */
  readonly sourceTimeZone: string | null;
  /** How far a time is moved back, in milliseconds. */
  readonly rewindMs: number;
}

export interface ImportPorts extends SyncPorts {
  readonly source: SourcePort;
  readonly objects: ObjectListingPort;
}

export interface Import extends StateChange {
  readonly key: string;
  readonly old: OldWatermark;
  /** Rows of the table by the server's statistics. */
  readonly estimatedRows: number;
}

/**
 * Takes over how far the replaced tool has loaded a table. The position is never past a file that is not loaded: while one waits, the import is
 * refused. A time is moved back, since nobody knows what was read beside it. Takes the lease. Durable on return.
 *
 * @throws SyncError STATE_NO_OLD_WATERMARK, STATE_IMPORTED, STATE_OLD_FILES_WAITING, STATE_OLD_TIME_ZONE, STATE_OLD_POSITION, STATE_WOULD_DUPLICATE
 */
export async function importWatermark(request: ImportRequest, ports: ImportPorts): Promise<Import> {
  const { task, table, settings, target, signal } = request;
  const { strategy, source: definition } = await planFromSource(settings, table, target, ports.source, signal);
  return underLease(request, ports, async (state) => {
    if (state.watermark.kind !== 'none') throw new SyncError('STATE_IMPORTED', { message: `${task.table} has a watermark of this program already.`, details: { table: task.table } });
    const found = await state.ports.watermarks.findOld(task);
    if (found === null) throw new SyncError('STATE_NO_OLD_WATERMARK', { message: `${task.table}: the replaced tool left no watermark of it in this bucket.`, details: { table: task.table } });
    await refuseWaitingFiles(request, found.watermark, ports.objects);
    const position = importedPosition(request, found.watermark, strategy, (await state.ports.source!.clock()).nowUtc);
    if (request.mode === 'append' && !request.acceptDuplicates && found.watermark.rowsLoaded > 0) {
      throw new SyncError('STATE_WOULD_DUPLICATE', {
        message: `${task.table} is loaded in append mode: rows of the time that is read again would stand in ${target.schema}.${target.table} twice.`,
        remedy: ['Load the table with load_mode: merge.', 'Or add --accept-duplicates; a shorter --rewind leaves fewer of them.'],
        details: { table: task.table, rewindMs: request.rewindMs },
      });
    }
    const change = await beginEpoch(request, state, { position, phase: 'incremental', source_id: definition.serverId, ...countsOf(request, found.watermark) });
    return { ...change, key: found.key, old: found.watermark, estimatedRows: definition.estimatedRows };
  });
}

/** What was counted so far goes on being counted. */
function countsOf({ task, runId, surroundings }: ImportRequest, { rowsExtracted, rowsLoaded }: OldWatermark) {
  const { mysql_state, redshift_state } = initialWatermark(task, { writeId: surroundings.newWriteId(), at: surroundings.now(), runId });
  return { mysql_state: { ...mysql_state, total_rows: rowsExtracted }, redshift_state: { ...redshift_state, total_rows: rowsLoaded } };
}

/** Every file that its list names, and every file of the table that lies there and is not among the loaded ones. */
async function refuseWaitingFiles({ task, settings }: ImportRequest, old: OldWatermark, objects: ObjectListingPort): Promise<void> {
  const loaded = new Set(old.loadedFiles.map(keyOf));
  const waiting = new Set((old.waitingFiles ?? []).map(keyOf).filter((key) => !loaded.has(key)));
  for (const prefix of oldDataPrefixes(settings)) {
    for await (const { key } of objects.list(prefix)) if (isOldDataFile(key, task) && !loaded.has(key)) waiting.add(key);
  }
  if (waiting.size === 0) return;
  const [first] = waiting;
  throw new SyncError('STATE_OLD_FILES_WAITING', {
    message: `${task.table}: ${waiting.size} ${waiting.size === 1 ? 'file' : 'files'} of the replaced tool ${waiting.size === 1 ? 'is' : 'are'} not loaded, ${first} among them.`,
    details: { table: task.table, count: waiting.size, files: [...waiting].slice(0, 20) },
  });
}

/** The two ways in which path and prefix stood. */
function oldDataPrefixes({ incrementalPath, isolationPrefix }: PipelineSettings): readonly string[] {
  return [...new Set([incrementalPath === '' ? 'incremental/' : incrementalPath, isolationPrefix])].filter((prefix) => prefix !== '');
}

/** `s3://bucket/key` and `key` are the same file. */
function keyOf(name: string): string {
  return name.replace(/^s3:\/\/[^/]+\//, '');
}

function importedPosition({ task, sourceTimeZone, rewindMs }: ImportRequest, old: OldWatermark, strategy: Strategy, nowUtc: string): Position {
  if (strategy.kind !== 'incremental') throw new SyncError('STATE_OLD_POSITION', { message: `${task.table} is read as a whole (${strategy.name}): there is no position to take over.`, remedy: ['Begin with the next sync: tidemark watermark reset.'] });
  if (old.timestamp === null) {
    if (old.id === null) throw new SyncError('STATE_OLD_POSITION', { message: `${task.table}: the old watermark has neither a time nor an id.`, details: { table: task.table } });
    return strategy.positionFromInput({ timestamp: null, id: old.id });
  }
  if (readsById(strategy)) return strategy.positionFromInput({ timestamp: null, id: old.id });
  const time = readOldTime(old.timestamp, sourceTimeZone);
  if (time.kind === 'naive') throw new SyncError('STATE_OLD_TIME_ZONE', { message: `${task.table}: the old watermark stands at ${old.timestamp}, which has no zone.`, details: { timestamp: old.timestamp } });
  const begin = time.kind === 'unreadable' ? null : serverText(time.ms - rewindMs);
  if (begin !== null && begin > nowUtc) {
    throw new SyncError('STATE_OLD_POSITION', { message: `${task.table}: the old watermark’s time ${JSON.stringify(old.timestamp)} lies in the future: rows that are written until then would not be read.`, details: { timestamp: old.timestamp, nowUtc } });
  }
  const bound = begin === null ? null : strategy.bound(begin);
  if (bound === null) throw new SyncError('STATE_OLD_POSITION', { message: `${task.table}: the old watermark’s time ${JSON.stringify(old.timestamp)} cannot be read.`, details: { timestamp: old.timestamp } });
  return { kind: 'tick', column: bound.column, value: bound.value };
}

/** An id has no time to move back by; its own lookback reads what came late. */
const readsById = (strategy: IncrementalStrategy): boolean => strategy.name === 'id_only';

/** UTC with microseconds, as a server's clock gives it; null beyond the years that it can give. */
function serverText(ms: number): string | null {
  const year = new Date(ms).getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return null;
  return `${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}000`;
}
