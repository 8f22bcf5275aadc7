import type { StoredManifest } from '@tidemark/domain';
import { dataRoot, encodeTombstone, parseStateKey, stateKeys, tableId } from '@tidemark/layout';
import type { HeldLease } from '../ports.ts';
import type { CleanRequest } from './clean-table.ts';
import type { StandingObject } from './plan-clean.ts';
import type { CleaningPort } from './ports.ts';

/** What the removal of a batch needs to know. */
export type RemovalRequest = Pick<CleanRequest, 'task' | 'incrementalPath' | 'isolationPrefix' | 'watermarkPath' | 'keepsVersions' | 'signal' | 'surroundings'>;

/** Removes batches under a lease: nothing is asked for once it is lost or the command was told to stop. */
export class BatchRemover {
  readonly #request: RemovalRequest;
  readonly #lease: Pick<HeldLease, 'generation' | 'assertHeld'>;
  readonly #objects: CleaningPort;

  constructor(request: RemovalRequest, lease: Pick<HeldLease, 'generation' | 'assertHeld'>, objects: CleaningPort) {
    this.#request = request;
    this.#lease = lease;
    this.#objects = objects;
  }

  /** A tombstone, the parts; then, where the manifest goes too, the manifest and the tombstone. */
  async remove(stored: StoredManifest, parts: readonly StandingObject[], removesManifest: boolean): Promise<void> {
    const { task, watermarkPath, keepsVersions, surroundings } = this.#request;
    const { manifest } = stored;
    const tombstone = stateKeys({ watermarkPath, task }).tombstone(manifest.epoch, manifest.seq);
    const body = encodeTombstone({
      format_version: 1, write_id: surroundings.newWriteId(), pipeline: task.pipeline, target: task.target, table: task.table, table_id: tableId(task), epoch: manifest.epoch, seq: manifest.seq,
      batch_id: manifest.batch_id, manifest_sha256: stored.sha256, parts: manifest.parts.map(({ key }) => key), generation: this.#lease.generation, at: surroundings.now().toISOString(),
    });
    await this.#step(() => this.#objects.put(tombstone, body, { contentType: 'application/json' }));
    await this.#step(() => {
      const keys = new Set(parts.map(({ key }) => key));
      return keepsVersions ? this.#objects.deleteMany(keys) : this.#objects.deleteEveryVersion(keys, dataRoot(this.#request));
    });
    if (!removesManifest) return;
    await this.#step(() => this.#objects.deleteMany([stored.key]));
    await this.#step(() => this.#objects.deleteMany([tombstone]));
  }

  /** COPY manifests and tombstones of batches before the first whose manifest stands are read by nobody any more. */
  async removeLeftovers(epoch: number, firstSeq: number): Promise<void> {
    await this.#removeState(epoch, (toSeq) => toSeq < firstSeq);
  }

  /** COPY manifests of loads of this batch and later ones, in an epoch that never loads again. */
  async removeCopyManifests(epoch: number, firstSeq: number): Promise<void> {
    await this.#removeState(epoch, (toSeq, kind) => kind === 'copy_manifest' && toSeq >= firstSeq);
  }

  async #removeState(epoch: number, goes: (toSeq: number, kind: 'copy_manifest' | 'tombstone') => boolean): Promise<void> {
    const { task, watermarkPath } = this.#request;
    const { copyManifestPrefix, tombstonePrefix } = stateKeys({ watermarkPath, task });
    const keys: string[] = [];
    for (const prefix of [copyManifestPrefix(epoch), tombstonePrefix(epoch)]) {
      for await (const { key } of this.#objects.list(prefix)) {
        const parsed = parseStateKey(key, watermarkPath);
        if (parsed?.kind === 'copy_manifest' ? goes(parsed.toSeq, parsed.kind) : parsed?.kind === 'tombstone' && goes(parsed.seq, parsed.kind)) keys.push(key);
      }
    }
    if (keys.length > 0) await this.#step(() => this.#objects.deleteMany(keys));
  }

  async #step(work: () => Promise<unknown>): Promise<void> {
    this.#request.signal.throwIfAborted();
    this.#lease.assertHeld();
    await work();
  }
}
