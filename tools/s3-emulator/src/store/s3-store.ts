import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { S3Error } from '../errors.ts';
import { applyChange, describeBuckets } from './apply-change.ts';
import { BodyFiles } from './body-files.ts';
import type { Bucket } from './bucket.ts';
import type { Change } from './change.ts';
import { Journal } from './journal.ts';
import { NULL_VERSION } from './stored-object.ts';
import type { ObjectDraft, ObjectVersion, Segment } from './stored-object.ts';

/** All buckets: metadata in memory and in the journal, bodies in files. One process per folder. */
export class S3Store {
  readonly files: BodyFiles;
  readonly #journal: Journal;
  readonly #buckets: Map<string, Bucket>;
  readonly #now: () => Date;
  readonly #removals = new Set<Promise<void>>();

  private constructor(files: BodyFiles, journal: Journal, buckets: Map<string, Bucket>, now: () => Date) {
    this.files = files;
    this.#journal = journal;
    this.#buckets = buckets;
    this.#now = now;
  }

  /** Opens the folder with everything an earlier store left in it. */
  static async open(dataDir: string, now: () => Date): Promise<S3Store> {
    await mkdir(dataDir, { recursive: true });
    const journal = new Journal(dataDir);
    const buckets = new Map<string, Bucket>();
    for (const group of journal.read()) for (const change of group) applyChange(buckets, change);
    const used = new Set<string>();
    const compacted: Change[][] = [];
    for (const change of describeBuckets(buckets.values())) {
      compacted.push([change]);
      if (change.kind === 'version-added') for (const { file } of change.version.segments) used.add(file);
      if (change.kind === 'part-stored') used.add(change.part.segment.file);
    }
    journal.rewrite(compacted);
    const files = new BodyFiles(dataDir);
    await files.open(used);
    return new S3Store(files, journal, buckets, now);
  }

  /** Waits for bodies that are being removed, then closes the journal. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
    this.#journal.close();
  }

  /** In the order of their names. */
  buckets(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  hasBucket(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string | undefined): Bucket {
    const bucket = name === undefined ? undefined : this.#buckets.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', { details: { BucketName: name ?? '' } });
    return bucket;
  }

  /** @throws S3Error `NoSuchBucket` when the bucket was deleted since it was looked up */
  requireLive(bucket: Bucket): void {
    if (this.#buckets.get(bucket.name) !== bucket) throw new S3Error('NoSuchBucket', { details: { BucketName: bucket.name } });
  }

  /** Now, in milliseconds, cut to whole seconds as S3 dates are. */
  timestamp(): number {
    return Math.floor(this.#now().getTime() / 1000) * 1000;
  }

  /**
   * Makes the changes at once: in the journal, then in memory. Bodies that nobody names any more are removed in the background.
   */
  apply(changes: readonly Change[]): void {
    this.#journal.append(changes);
    const dropped = new Map<string, Segment>();
    for (const change of changes) for (const segment of applyChange(this.#buckets, change)) dropped.set(segment.file, segment);
    for (const change of changes) {
      if (change.kind === 'version-added') for (const { file } of change.version.segments) dropped.delete(file);
    }
    if (dropped.size > 0) this.#removeLater([...dropped.values()]);
  }

  /** Makes a draft the newest version of its key, by the versioning state of the bucket. */
  newVersion(bucket: Bucket, draft: ObjectDraft): ObjectVersion {
    return { ...draft, versionId: this.#versionId(bucket), lastModified: this.timestamp(), deleteMarker: false };
  }

  deleteMarker(bucket: Bucket): ObjectVersion {
    return { versionId: this.#versionId(bucket), lastModified: this.timestamp(), deleteMarker: true, etag: '', size: 0, segments: [], headers: {}, metadata: {} };
  }

  #removeLater(segments: Segment[]): void {
    const removal = this.files
      .remove(segments)
      .catch((error: unknown) => console.error('s3-emulator: a body could not be removed:', error))
      .finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  #versionId(bucket: Bucket): string {
    return bucket.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : NULL_VERSION;
  }
}
