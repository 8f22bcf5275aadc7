import { compareKeys, lowerBound } from '../store/compare-keys.ts';

/** Where a listing goes on: after a key, or after every key that begins with a common prefix. */
export interface ListPosition {
  after: string;
  wholePrefix: boolean;
}

export interface KeyPageRequest {
  prefix: string;
  /** Empty for none. */
  delimiter: string;
  from?: ListPosition;
  limit: number;
}

export type KeyPageEntry = { key: string } | { commonPrefix: string };

export interface KeyPage {
  entries: KeyPageEntry[];
  /** Set when there is more. */
  next?: ListPosition;
}

/**
 * Takes one page out of sorted keys; keys that share the text up to the first delimiter after the prefix count as one entry.
 *
 * @param visible whether a key is there at all
 */
export function pageKeys(keys: readonly string[], { prefix, delimiter, from, limit }: KeyPageRequest, visible: (key: string) => boolean): KeyPage {
  const entries: KeyPageEntry[] = [];
  let last: ListPosition | undefined;
  let index = Math.max(lowerBound(keys, (key) => compareKeys(key, prefix) < 0), from ? indexAfter(keys, from) : 0);
  while (index < keys.length) {
    const key = keys[index]!;
    if (!key.startsWith(prefix)) break;
    if (!visible(key)) {
      index += 1;
      continue;
    }
    if (entries.length >= limit) return limit === 0 ? { entries } : { entries, next: last };
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      entries.push({ key });
      last = { after: key, wholePrefix: false };
      index += 1;
    } else {
      const commonPrefix = key.slice(0, cut + delimiter.length);
      entries.push({ commonPrefix });
      last = { after: commonPrefix, wholePrefix: true };
      index = indexAfter(keys, last);
    }
  }
  return { entries };
}

function indexAfter(keys: readonly string[], { after, wholePrefix }: ListPosition): number {
  return lowerBound(keys, (key) => compareKeys(key, after) <= 0 || (wholePrefix && key.startsWith(after)));
}
