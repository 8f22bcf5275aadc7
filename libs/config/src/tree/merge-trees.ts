import type { ConfigNode, MapEntry, MapNode } from './config-node.ts';

/**
 * Lays one tree over another: maps are merged key by key, lists and single values are replaced.
 * A replaced value stays reachable through `replaces`.
 */
export function mergeTrees(under: MapNode, over: MapNode): MapNode {
  const entries = new Map(under.entries);
  for (const [key, entry] of over.entries) {
    const below = under.entries.get(key);
    entries.set(key, below === undefined ? entry : mergeEntry(below, entry));
  }
  return { kind: 'map', origin: over.origin.place === null ? under.origin : over.origin, entries };
}

/** Merges from the lowest to the highest. */
export function mergeAll(layers: readonly MapNode[]): MapNode {
  const [first, ...rest] = layers;
  if (first === undefined) throw new RangeError('mergeAll needs a layer');
  return rest.reduce(mergeTrees, first);
}

function mergeEntry(below: MapEntry, above: MapEntry): MapEntry {
  if (below.node.kind === 'map' && above.node.kind === 'map') return { keyOrigin: above.keyOrigin, node: mergeTrees(below.node, above.node) };
  if (above.node.kind === 'map') return above;
  return { keyOrigin: above.keyOrigin, node: replacing(above.node, below.node) };
}

/** Keeps the whole chain: what `above` already replaces stays on top of what lies below it now. */
function replacing(above: Exclude<ConfigNode, MapNode>, below: ConfigNode): ConfigNode {
  if (above.replaces === undefined) return { ...above, replaces: below };
  return { ...above, replaces: above.replaces.kind === 'map' ? above.replaces : replacing(above.replaces, below) };
}
