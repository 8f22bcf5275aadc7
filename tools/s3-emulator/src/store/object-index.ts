import { compareKeys, lowerBound } from './compare-keys.ts';
import { NULL_VERSION } from './stored-object.ts';
import type { ObjectVersion } from './stored-object.ts';

/** Tells whether a key was written or deleted since the watch began. */
export interface KeyWatch {
  changed: boolean;
  end(): void;
}

/** The objects of one bucket: every version of every key, and the keys in listing order. */
export class ObjectIndex {
  readonly #versions = new Map<string, ObjectVersion[]>();
  readonly #keys: string[] = [];
  readonly #watches = new Map<string, Set<KeyWatch>>();

  /** Keys with at least one version or marker, in listing order. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Oldest first. */
  versions(key: string): readonly ObjectVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** The newest version, which may be a delete marker. */
  newest(key: string): ObjectVersion | undefined {
    return this.#versions.get(key)?.at(-1);
  }

  /** The newest version unless it is a delete marker. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.newest(key);
    return newest?.deleteMarker ? undefined : newest;
  }

  /** @returns the null version that this one replaces */
  add(key: string, version: ObjectVersion): ObjectVersion | undefined {
    const replaced = version.versionId === NULL_VERSION ? this.remove(key, NULL_VERSION) : undefined;
    const versions = this.#versions.get(key);
    if (versions) versions.push(version);
    else {
      this.#versions.set(key, [version]);
      this.#keys.splice(this.#position(key), 0, key);
    }
    this.#touch(key);
    return replaced;
  }

  /** @returns the version that was there */
  remove(key: string, versionId: string): ObjectVersion | undefined {
    const versions = this.#versions.get(key);
    const at = versions?.findIndex((version) => version.versionId === versionId) ?? -1;
    if (!versions || at < 0) return undefined;
    const [removed] = versions.splice(at, 1);
    if (versions.length === 0) {
      this.#versions.delete(key);
      this.#keys.splice(this.#position(key), 1);
    }
    this.#touch(key);
    return removed;
  }

  watch(key: string): KeyWatch {
    const watches = this.#watches.get(key) ?? new Set();
    this.#watches.set(key, watches);
    const watch: KeyWatch = {
      changed: false,
      end: () => {
        watches.delete(watch);
        if (watches.size === 0 && this.#watches.get(key) === watches) this.#watches.delete(key);
      },
    };
    watches.add(watch);
    return watch;
  }

  #touch(key: string): void {
    for (const watch of this.#watches.get(key) ?? []) watch.changed = true;
  }

  #position(key: string): number {
    return lowerBound(this.#keys, (other) => compareKeys(other, key) < 0);
  }
}
