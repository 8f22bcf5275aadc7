import { defineErrors, errorClass, type LedgerHead, type LoadReceipt, type SnapshotOutcome } from '@tidemark/domain';
import { SyncError } from '../engine/errors.ts';
import type { FenceRequest, LoadRequest, PreparedTable, TargetPort, TargetState } from '../engine/ports.ts';
import { MemoryTable, type MemoryVersion } from './memory-table.ts';
import type { TextRow } from './range-evaluator.ts';

const LEDGER_ERRORS = defineErrors({
  LEDGER_EPOCH: { kind: 'conflict', exit: 21, retry: 'never', summary: 'The ledger is in another epoch.', remedy: ['Restore the watermark.'] },
  LOADER_GROUP_AMBIGUOUS: { kind: 'conflict', exit: 21, retry: 'later', summary: 'Rows of several batches cannot be ranked.', remedy: ['Load the batches one by one.'] },
  LEDGER_FENCED: { kind: 'conflict', exit: 21, retry: 'later', summary: 'A newer generation has the ledger.', remedy: ['Run again.'] },
});

class LedgerError extends errorClass('LedgerError', LEDGER_ERRORS) {}

interface LedgerBatch {
  readonly epoch: number;
  readonly seq: number;
  readonly batchId: string;
  readonly manifestSha256: string;
  readonly targetOid: string;
}

/** A target with one table and its ledger. Rows and ledger rows change together, as in one transaction. */
export class MemoryTarget implements TargetPort {
  readonly #readPart: (key: string) => readonly TextRow[];
  #table = new MemoryTable();
  readonly #ledger: LedgerBatch[] = [];
  #fence: { epoch: number; generation: number; owner: string; sourceId: string | null } | null = null;
  #oid: string | null = null;

  constructor(readPart: (key: string) => readonly TextRow[]) {
    this.#readPart = readPart;
  }

  /** Every row, by id; of a history the current ones. */
  rows(): readonly TextRow[] {
    return this.#table.rows.toSorted((left, right) => Number(BigInt(left.id!) - BigInt(right.id!)));
  }

  /** Every version of every row, with load mode scd2. */
  history(): readonly MemoryVersion[] {
    return this.#table.history;
  }

  /** Batches in the order in which they were committed. */
  get ledger(): readonly LedgerBatch[] {
    return this.#ledger;
  }

  /** A person deletes a row. */
  deleteRow(id: number): void {
    this.#table.delete(String(id));
  }

  /** As after a restore: the ledger has lost its newest batch. Its rows stay, as if another version of them had come by another way. */
  forgetLastBatch(): void {
    this.#ledger.pop();
  }

  countRows(): Promise<number | null> {
    return Promise.resolve(this.#oid === null ? null : this.#table.rows.length);
  }

  /** Somebody drops the table and makes another one of its name. */
  recreateTable(): void {
    this.#oid = String(Number(this.#oid) + 1);
    this.#table = new MemoryTable();
  }

  inspect(): Promise<TargetState> {
    return Promise.resolve({ ledger: this.#head(), tableOid: this.#oid });
  }

  fence({ task, epoch, generation, sourceId }: FenceRequest): Promise<LedgerHead> {
    const owner = `${task.pipeline}/${task.target}/${task.table}`;
    if (this.#fence !== null && generation < this.#fence.generation) throw new LedgerError('LEDGER_FENCED', { message: `generation ${generation} is behind the fence ${this.#fence.generation}` });
    if (this.#fence !== null && epoch < this.#fence.epoch) throw new LedgerError('LEDGER_EPOCH', { message: `epoch ${epoch} is behind the fence's ${this.#fence.epoch}` });
    this.#fence = { epoch, generation, owner, sourceId };
    return Promise.resolve(this.#head()!);
  }

  prepare(): Promise<PreparedTable> {
    this.#oid ??= '16384';
    return Promise.resolve({ oid: this.#oid, casts: {}, nulls: [], findings: [] });
  }

  analyze(): Promise<void> {
    return Promise.resolve();
  }

  load({ group, generation, isSuperseded = false }: LoadRequest): Promise<LoadReceipt> {
    const head = this.#head();
    if (head === null || generation < head.generation) throw new LedgerError('LEDGER_FENCED', { message: `generation ${generation} may not load` });
    const pending = group.filter(({ manifest }) => manifest.epoch !== head.epoch || manifest.seq > head.seq);
    if (pending.length === 0) return Promise.resolve({ batches: [], targetOid: this.#oid!, statementCount: 1, wasAlreadyLoaded: true });
    if (pending.length !== group.length || pending[0]!.manifest.seq !== head.seq + 1) throw new SyncError('STATE_MANIFEST_MISSING', { message: `batch ${pending[0]!.manifest.seq} does not follow ${head.seq}` });
    this.#refuseUnranked(pending);
    let snapshot: SnapshotOutcome | undefined;
    const batches = pending.map(({ manifest, sha256 }) => {
      const incoming = manifest.parts.flatMap(({ key }) => this.#readPart(key));
      if (incoming.length !== manifest.counts.rows) throw new SyncError('SYNC_ROW_COUNT', { message: `${manifest.batch_id} has ${incoming.length} rows for ${manifest.counts.rows}` });
      const { snapshot: outcome, ...counts } = this.#table.load(manifest, incoming, isSuperseded);
      snapshot = outcome;
      this.#ledger.push({ epoch: manifest.epoch, seq: manifest.seq, batchId: manifest.batch_id, manifestSha256: sha256, targetOid: this.#oid! });
      return { batchId: manifest.batch_id, seq: manifest.seq, ...counts };
    });
    return Promise.resolve({ batches, targetOid: this.#oid!, statementCount: batches.length, wasAlreadyLoaded: false, ...(snapshot === undefined ? {} : { snapshot }) });
  }

  /** One COPY gives no order to different rows of one key and version. */
  #refuseUnranked(pending: LoadRequest['group']): void {
    const found = new Map<string, string>();
    for (const { manifest: { parts, frozen } } of pending) {
      if (pending.length === 1 || frozen.mode !== 'merge') return;
      for (const row of parts.flatMap(({ key }) => this.#readPart(key))) {
        const place = JSON.stringify([...frozen.keys, ...frozen.version_columns].map((name) => row[name]));
        const known = found.get(place) ?? JSON.stringify(row);
        if (known !== JSON.stringify(row)) throw new LedgerError('LOADER_GROUP_AMBIGUOUS', { message: `different rows of ${place}` });
        found.set(place, known);
      }
    }
  }

  #head(): LedgerHead | null {
    if (this.#fence === null) return null;
    const { epoch, generation, owner, sourceId } = this.#fence;
    const newest = this.#ledger.filter((batch) => batch.epoch === epoch).at(-1);
    return { epoch, generation, owner, sourceId, seq: newest?.seq ?? 0, manifestSha256: newest?.manifestSha256 ?? null, targetOid: newest?.targetOid ?? null };
  }
}
