import type { LeaseDocument } from '@tidemark/domain';

/** HTTP dates are cut to whole seconds, so a difference of two may be a second too long. */
const DATE_GRAIN_MS = 1_000;

/** What another run may conclude from a stored lease. */
export interface LeaseStanding {
  readonly state: 'released' | 'expired' | 'holder_dead' | 'held';
  /** When the lease ends unless it is renewed, by the store's clock. */
  readonly until: Date;
}

/**
 * Judges a lease by the store's clock alone: its holder wrote it last at `lastModified`, and it is `date` now.
 * @param isHolderDead certain knowledge about a process of this host
 */
export function standingOf(document: LeaseDocument, times: { readonly lastModified: Date; readonly date: Date }, isHolderDead: boolean): LeaseStanding {
  const until = new Date(times.lastModified.getTime() + document.ttl_ms + DATE_GRAIN_MS);
  if (document.status === 'released') return { state: 'released', until };
  if (times.date >= until) return { state: 'expired', until };
  return { state: isHolderDead ? 'holder_dead' : 'held', until };
}
