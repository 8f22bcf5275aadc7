import { matchesGlob } from 'node:path/posix';
import type { StoredManifest } from '@tidemark/domain';
import { outstandingQuarantine } from '../requeue.ts';

/** An object that stands. */
export interface StandingObject {
  readonly key: string;
  readonly byteLength: number;
  readonly lastModified: Date;
}

export interface CleanCriteria {
  /** Batches whose newest part is younger than this stay. */
  readonly olderThanMs: number;
  /** Only batches all of whose parts match: by the whole key, or by its last segment when the pattern has no slash. Null takes all. */
  readonly pattern: string | null;
  /** By the store's clock. */
  readonly now: Date;
}

/** What is to be removed of one batch. */
export interface DoomedBatch {
  readonly stored: StoredManifest;
  /** Parts that stand. */
  readonly parts: readonly StandingObject[];
  /** No older manifest stays, and it is not the newest loaded one, which the chain hangs on. */
  readonly removesManifest: boolean;
}

/**
 * The loaded batches whose files may go, in order of seq. Pure.
 *
 * A manifest goes only when every older one goes or has gone, so that those that stay are a chain without gaps. One whose quarantined rows nobody
 * has read again stays: it is what names them.
 *
 * @param standing every manifest of the epoch that stands, in order
 * @param objects every object of the table that stands, by key
 * @param loadedSeq the newest batch that the ledger and the watermark both know as loaded
 */
export function planClean(standing: readonly StoredManifest[], objects: ReadonlyMap<string, StandingObject>, loadedSeq: number, criteria: CleanCriteria): readonly DoomedBatch[] {
  const doomed: DoomedBatch[] = [];
  const outstanding = new Set(outstandingQuarantine(standing));
  let isChainFree = true;
  for (const stored of standing) {
    const { seq } = stored.manifest;
    if (seq > loadedSeq) break;
    const parts = stored.manifest.parts.flatMap(({ key }) => objects.get(key) ?? []);
    const isDue = mayGo(stored, parts, criteria);
    const removesManifest: boolean = isDue && isChainFree && seq < loadedSeq && !outstanding.has(stored);
    if (isDue && (parts.length > 0 || removesManifest)) doomed.push({ stored, parts, removesManifest });
    isChainFree &&= removesManifest;
  }
  return doomed;
}

/** True when a batch matches as a whole and each of its parts that stand is old enough. */
export function mayGo({ manifest }: StoredManifest, parts: readonly StandingObject[], { olderThanMs, pattern, now }: CleanCriteria): boolean {
  if (pattern !== null && !manifest.parts.every(({ key }) => matchesKey(key, pattern))) return false;
  // Parts that are gone were removed by a run that was stopped before their manifest went.
  return parts.every(({ lastModified }) => now.getTime() - lastModified.getTime() >= olderThanMs);
}

/** By the whole key, or by its last segment when the pattern has no slash. */
export function matchesKey(key: string, pattern: string): boolean {
  return matchesGlob(pattern.includes('/') ? key : key.slice(key.lastIndexOf('/') + 1), pattern);
}
