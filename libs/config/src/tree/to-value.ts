import type { ConfigProblem } from '../problem/config-problem.ts';
import type { ConfigNode } from './config-node.ts';

/** The plain value of a tree. Maps have no prototype, so that no key has a meaning of its own. */
export function toValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toValue);
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) value[key] = toValue(entry.node);
  return value;
}

/** Every reason why a value in the tree is missing. */
export function brokenValues(node: ConfigNode): ConfigProblem[] {
  if (node.kind === 'scalar') return [...(node.broken ?? [])];
  if (node.kind === 'list') return node.items.flatMap(brokenValues);
  return [...node.entries.values()].flatMap((entry) => brokenValues(entry.node));
}
