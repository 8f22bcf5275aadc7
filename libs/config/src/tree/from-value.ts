import type { ConfigNode, MapEntry, MapNode, NodeOrigin } from './config-node.ts';

/** A tree of values that stand in no file: defaults and flags. Undefined members are left out. */
export function fromValue(value: object, layer: 'default' | 'flag'): MapNode {
  return convert(value, { layer, place: null }) as MapNode;
}

function convert(value: unknown, origin: NodeOrigin): ConfigNode {
  if (Array.isArray(value)) return { kind: 'list', origin, items: value.map((item) => convert(item, origin)) };
  if (typeof value === 'object' && value !== null) {
    const entries = new Map<string, MapEntry>();
    for (const [key, member] of Object.entries(value)) if (member !== undefined) entries.set(key, { keyOrigin: origin, node: convert(member, origin) });
    return { kind: 'map', origin, entries };
  }
  return { kind: 'scalar', origin, value: value as string | number | boolean, written: String(value) };
}
