import type { Origin } from '../resolved.ts';
import type { ConfigProblem } from '../problem/config-problem.ts';
import type { Place } from '../problem/source-text.ts';
import type { SecretReference } from '../secret/secret-reference.ts';

/** Where a node was written. `place` is null for defaults and flags. */
export interface NodeOrigin {
  readonly layer: Origin['layer'];
  readonly place: Place | null;
}

/** A document or a merge of documents; every value knows where it comes from. */
export type ConfigNode = MapNode | ListNode | ScalarNode;

export interface MapEntry {
  /** Of the key itself. */
  readonly keyOrigin: NodeOrigin;
  readonly node: ConfigNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly origin: NodeOrigin;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface ListNode {
  readonly kind: 'list';
  readonly origin: NodeOrigin;
  readonly items: readonly ConfigNode[];
  /** The value of a lower layer that this one replaces. */
  readonly replaces?: ConfigNode;
}

export type Scalar = string | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly origin: NodeOrigin;
  readonly value: Scalar;
  /** As it stands in the file, before variables are filled in. */
  readonly written: string;
  /** Variables were filled in. */
  readonly isInterpolated?: boolean;
  /** The value is never shown. */
  readonly isSecret?: boolean;
  /** The value is a secret that lies in a store and is read when it is needed. */
  readonly inStore?: SecretReference;
  /** Why there is no value; raised when the value is needed. */
  readonly broken?: readonly ConfigProblem[];
  readonly replaces?: ConfigNode;
}

export function emptyMap(origin: NodeOrigin): MapNode {
  return { kind: 'map', origin, entries: new Map() };
}

/** The node at a path of keys; undefined when there is none. */
export function nodeAt(node: ConfigNode | undefined, path: readonly string[]): ConfigNode | undefined {
  let current = node;
  for (const key of path) {
    if (current?.kind === 'list') current = current.items[Number(key)];
    else current = current?.kind === 'map' ? current.entries.get(key)?.node : undefined;
  }
  return current;
}

/** The map at a path of keys; an empty one when there is none. */
export function mapAt(node: ConfigNode | undefined, path: readonly string[]): MapNode {
  const found = nodeAt(node, path);
  return found?.kind === 'map' ? found : emptyMap({ layer: 'default', place: null });
}

/** The place to show for a path: of the key when it is there, else of the nearest thing above it. */
export function placeAt(node: ConfigNode, path: readonly string[], prefer: 'key' | 'value'): Place | null {
  let current: ConfigNode = node;
  let place = node.origin.place;
  for (const [index, key] of path.entries()) {
    const entry: MapEntry | undefined = current.kind === 'map' ? current.entries.get(key) : undefined;
    const next: ConfigNode | undefined = entry?.node ?? (current.kind === 'list' ? current.items[Number(key)] : undefined);
    if (next === undefined) return place;
    place = (prefer === 'key' || index < path.length - 1 ? entry?.keyOrigin.place : undefined) ?? next.origin.place ?? place;
    current = next;
  }
  return place;
}
