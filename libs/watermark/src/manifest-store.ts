import type { BatchManifest, StoredManifest, TableTask } from '@tidemark/domain';
import { decodeManifest, encodeCopyManifest, encodeManifest, manifestSha256, parseStateKey, stateKeys, taskText, type StateKeys } from '@tidemark/layout';
import { WatermarkError } from './errors.ts';
import { checkGroup, checkSuccession } from './manifest-chain.ts';
import { DEFAULT_SETTLE } from './pauses.ts';
import type { DocumentStore } from './ports.ts';
import { readInOrder } from './read-in-order.ts';
import { settlePut, type SettleOptions } from './settle-put.ts';

export interface ManifestStoreSettings {
  readonly store: DocumentStore;
  /** Where the store's objects lie, for the URLs that COPY reads. */
  readonly bucket: string;
  /** Ends with `/` or is empty. */
  readonly watermarkPath: string;
  /** How a write whose answer was lost is settled; four requests within a second by default. */
  readonly settle?: SettleOptions;
}

/** Publishes and lists the manifests of batches. */
export interface ManifestStore {
  /**
   * Every manifest of the epoch after `afterSeq`, in order of seq. The chain is checked from the manifest at `afterSeq` on; when
   * that one has been cleaned away, the caller compares the first one's `previous_manifest_sha256` with the ledger's.
   * @throws WatermarkError `MANIFEST_GAP`, `MANIFEST_FORK`
   * @throws LayoutError for a manifest that is corrupt, newer or another table's
   */
  list(task: TableTask, epoch: number, afterSeq: number): Promise<readonly StoredManifest[]>;
  /** The greatest epoch that has a manifest; 0 without any. */
  newestEpoch(task: TableTask): Promise<number>;
  /**
   * Every manifest of the epoch that still stands, in order of seq; the oldest may have been cleaned away.
   * @throws WatermarkError `MANIFEST_GAP` for one that is missing between two others, `MANIFEST_FORK`
   * @throws LayoutError as `list`
   */
  listStanding(task: TableTask, epoch: number): Promise<readonly StoredManifest[]>;
  /**
   * Writes a manifest under its seq, once and for all. Durable on return. Publishing the same document again succeeds.
   * @throws WatermarkError `MANIFEST_EXISTS` when another manifest has this seq
   */
  publish(task: TableTask, manifest: BatchManifest): Promise<StoredManifest>;
  /**
   * Writes the file that COPY reads for consecutive batches; gives its `s3://` URL. Durable on return; may be repeated. The
   * generation is in its key, so an older lease holder cannot replace it.
   * @throws WatermarkError `MANIFEST_GROUP_INVALID`
   */
  writeCopyManifest(task: TableTask, group: readonly StoredManifest[], generation: number): Promise<string>;
}

/** Manifests below one path of an object store. */
export function createManifestStore(settings: ManifestStoreSettings): ManifestStore {
  return new PublishedManifests(settings);
}

class PublishedManifests implements ManifestStore {
  readonly #store: DocumentStore;
  readonly #bucket: string;
  readonly #watermarkPath: string;
  readonly #settle: SettleOptions;

  constructor({ store, bucket, watermarkPath, settle = DEFAULT_SETTLE }: ManifestStoreSettings) {
    this.#store = store;
    this.#bucket = bucket;
    this.#watermarkPath = watermarkPath;
    this.#settle = settle;
  }

  async list(task: TableTask, epoch: number, afterSeq: number): Promise<readonly StoredManifest[]> {
    return this.#list(task, epoch, afterSeq);
  }

  async listStanding(task: TableTask, epoch: number): Promise<readonly StoredManifest[]> {
    return this.#list(task, epoch, null);
  }

  /** @param afterSeq null begins with the first that stands, whatever its seq */
  async #list(task: TableTask, epoch: number, afterSeq: number | null): Promise<readonly StoredManifest[]> {
    const keys = this.#keys(task);
    const startAfter = keys.manifest(epoch, afterSeq ?? 0);
    const listed: { readonly key: string; readonly seq: number }[] = [];
    for await (const { key } of this.#store.list(keys.manifestPrefix(epoch), { startAfter })) {
      const parsed = parseStateKey(key, this.#watermarkPath);
      if (parsed?.kind !== 'manifest') {
        throw new WatermarkError('MANIFEST_FORK', { message: `${key} lies among the manifests of ${taskText(task)} and is none.`, remedy: ['Remove the object if nobody needs it there.'], details: { ...task, key } });
      }
      const expected = (afterSeq === null ? (listed[0]?.seq ?? parsed.seq) : afterSeq + 1) + listed.length;
      if (parsed.seq !== expected) throw gap(task, epoch, expected, `the next one is ${parsed.seq}`);
      listed.push({ key, seq: parsed.seq });
    }
    if (listed.length === 0) return [];
    const [found, before] = await Promise.all([
      readInOrder(listed, async ({ key, seq }) => (await this.#read(task, key, epoch, seq)) ?? (() => { throw gap(task, epoch, seq, 'it was listed and is gone'); })()),
      afterSeq === null || afterSeq === 0 ? null : this.#read(task, startAfter, epoch, afterSeq),
    ]);
    found.forEach((stored, at) => checkSuccession(task, at === 0 ? before : found[at - 1]!, stored));
    return found;
  }

  async newestEpoch(task: TableTask): Promise<number> {
    const { manifestsPrefix } = this.#keys(task);
    let newest = 0;
    let startAfter: string | undefined;
    for (;;) {
      const first = await this.#firstManifest(manifestsPrefix, startAfter);
      if (first === null) return newest;
      newest = Math.max(newest, first);
      // Past the epoch's folder: its names are digits, which sort before `~`.
      startAfter = `${manifestsPrefix}${first}/~`;
    }
  }

  async publish(task: TableTask, manifest: BatchManifest): Promise<StoredManifest> {
    const key = this.#keys(task).manifest(manifest.epoch, manifest.seq);
    const bytes = encodeManifest(manifest);
    const published = decodeManifest(bytes, { key, task, epoch: manifest.epoch, seq: manifest.seq });
    const outcome = await settlePut(this.#store, key, bytes, { ifNoneMatch: '*' }, this.#settle);
    if (outcome.isStored) return { manifest: published, key, sha256: manifestSha256(bytes) };
    const other = outcome.found === null ? null : decodeManifest(outcome.found.body, { key, task, epoch: manifest.epoch, seq: manifest.seq });
    throw new WatermarkError('MANIFEST_EXISTS', {
      message: `Batch ${manifest.batch_id} of ${taskText(task)} was published by ${other === null ? 'somebody who removed it again' : `run ${other.run_id}, generation ${other.generation}`}; this run has generation ${manifest.generation}.`,
      details: { pipeline: task.pipeline, target: task.target, table: task.table, key, batchId: manifest.batch_id, foundRunId: other?.run_id ?? null, foundGeneration: other?.generation ?? null },
    });
  }

  async writeCopyManifest(task: TableTask, group: readonly StoredManifest[], generation: number): Promise<string> {
    const { first, last } = checkGroup(task, group);
    const key = this.#keys(task).copyManifest(first.epoch, first.seq, last.seq, generation);
    await this.#store.put(key, encodeCopyManifest(this.#bucket, group.flatMap(({ manifest }) => manifest.parts)), { contentType: 'application/json' });
    return `s3://${this.#bucket}/${key}`;
  }

  async #read(task: TableTask, key: string, epoch: number, seq: number): Promise<StoredManifest | null> {
    const found = await this.#store.get(key);
    return found === null ? null : { manifest: decodeManifest(found.body, { key, task, epoch, seq }), key, sha256: manifestSha256(found.body) };
  }

  /** The epoch of the first manifest after a key; null when there is none. */
  async #firstManifest(prefix: string, startAfter: string | undefined): Promise<number | null> {
    for await (const { key } of this.#store.list(prefix, startAfter === undefined ? {} : { startAfter })) {
      const parsed = parseStateKey(key, this.#watermarkPath);
      if (parsed?.kind === 'manifest') return parsed.epoch;
    }
    return null;
  }

  #keys(task: TableTask): StateKeys {
    return stateKeys({ watermarkPath: this.#watermarkPath, task });
  }
}

function gap(task: TableTask, epoch: number, seq: number, found: string): WatermarkError {
  return new WatermarkError('MANIFEST_GAP', {
    message: `Manifest ${seq} of epoch ${epoch} of ${taskText(task)} is missing: ${found}.`,
    details: { pipeline: task.pipeline, target: task.target, table: task.table, epoch, seq },
  });
}
