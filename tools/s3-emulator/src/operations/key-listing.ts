import type { ObjectVersion } from '../store/stored-object.ts';

/** Keys in listing order and the current object of each. */
export interface KeyListing {
  keys: readonly string[];
  /** Undefined when the newest version is a delete marker. */
  current(key: string): ObjectVersion | undefined;
}
