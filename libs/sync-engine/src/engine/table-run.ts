import type { ResolvedTable } from '@tidemark/config';
import type { PolicyCount, SyncEvent, TableTask } from '@tidemark/domain';
import { tableId } from '@tidemark/layout';
import type { SyncPorts, TargetTable } from './ports.ts';
import type { SyncRequest, SyncStages } from './sync-request.ts';
import type { Stamp } from './watermark-transitions.ts';

type EventBody<Event> = Event extends SyncEvent ? Omit<Event, 'v' | 'at' | 'runId' | 'pipeline' | 'table'> : never;

/** What a run did to a table, so far. */
export class RunCounts {
  rowsExtracted = 0;
  rowsStaged = 0;
  rowsLoaded = 0;
  /** Rows that batches set aside which this run staged or loaded. */
  rowsQuarantined = 0;
  /** Rows that this run itself set aside. */
  rowsSetAside = 0;
  /** Keys that were read once more. */
  rowsRequeued = 0;
  filesCreated = 0;
  limited = false;
  /** A snapshot set was begun and has not been read to its end, or could not take the target's place. */
  incomplete = false;
  rowsAhead = 0;
  readonly #policies = new Map<string, PolicyCount>();

  /** Rows committed in Redshift; where Redshift is not reached, rows staged. */
  processed(stages: SyncStages): number {
    return stages === 'backup-only' ? this.rowsStaged : this.rowsLoaded;
  }

  countPolicies(counts: readonly PolicyCount[]): void {
    for (const count of counts) {
      const key = JSON.stringify([count.column, count.policy, count.action]);
      this.#policies.set(key, { ...count, count: count.count + (this.#policies.get(key)?.count ?? 0) });
    }
  }

  get policies(): readonly PolicyCount[] {
    return [...this.#policies.values()];
  }
}

/** One table in one run: what every step needs to know, and what was counted so far. */
export class TableRun {
  readonly request: SyncRequest;
  readonly table: ResolvedTable;
  readonly ports: SyncPorts;
  readonly task: TableTask;
  readonly tableId: string;
  readonly target: TargetTable;
  readonly counts: RunCounts;
  #generation = 0;

  constructor(request: SyncRequest, table: ResolvedTable, ports: SyncPorts, counts: RunCounts = new RunCounts()) {
    this.request = request;
    this.table = table;
    this.ports = ports;
    this.counts = counts;
    this.task = { pipeline: request.settings.pipeline, target: request.settings.target, table: table.scopedName };
    this.tableId = tableId(this.task);
    this.target = { schema: table.targetSchema, table: table.targetTable, workSchema: request.settings.workSchema };
  }

  get generation(): number {
    return this.#generation;
  }

  holdGeneration(generation: number): void {
    this.#generation = generation;
  }

  get stamp(): Stamp {
    return { runId: this.request.runId, generation: this.#generation, now: this.request.surroundings.now().toISOString() };
  }

  emit(body: EventBody<Extract<SyncEvent, { table: string }>>): void {
    const base = { v: 1, at: this.request.surroundings.now().toISOString(), runId: this.request.runId, pipeline: this.task.pipeline, table: this.task.table };
    this.request.emit({ ...base, ...body } as SyncEvent);
  }
}
