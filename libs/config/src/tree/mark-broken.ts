import type { ConfigProblem } from '../problem/config-problem.ts';
import type { ConfigNode, MapNode } from './config-node.ts';

/** The tree in which the value at a path is marked as missing, for this reason; what was marked before stays. */
export function markBroken(tree: MapNode, path: readonly string[], problem: ConfigProblem): MapNode {
  return mark(tree, path, problem) as MapNode;
}

function mark(node: ConfigNode, path: readonly string[], problem: ConfigProblem): ConfigNode {
  const [key, ...rest] = path;
  if (node.kind === 'scalar') return { ...node, broken: node.broken ?? [problem] };
  if (key === undefined) return node;
  if (node.kind === 'list') return { ...node, items: node.items.map((item, index) => (String(index) === key ? mark(item, rest, problem) : item)) };
  const entry = node.entries.get(key);
  if (entry === undefined) return node;
  return { ...node, entries: new Map([...node.entries, [key, { ...entry, node: mark(entry.node, rest, problem) }]]) };
}
