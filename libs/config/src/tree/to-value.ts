import type { ConfigProblem } from '../problem/config-problem.ts';
import { SecretInStore } from '../secret/secret-reference.ts';
import type { ConfigNode, ScalarNode } from './config-node.ts';

/** The plain value of a tree. Maps have no prototype, so that no key has a meaning of its own. A secret in a store is a `SecretInStore`. */
export function toValue(node: ConfigNode): unknown {
  return convert(node, ({ value, inStore }) => (inStore === undefined ? value : new SecretInStore(inStore)));
}

/** The plain value of a tree as it is written: what refers to a secret in a store is the text of the reference. */
export function toWrittenValue(node: ConfigNode): unknown {
  return convert(node, ({ value }) => value);
}

function convert(node: ConfigNode, scalar: (node: ScalarNode) => unknown): unknown {
  if (node.kind === 'scalar') return scalar(node);
  if (node.kind === 'list') return node.items.map((item) => convert(item, scalar));
  const value = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) value[key] = convert(entry.node, scalar);
  return value;
}

/** Every reason why a value in the tree is missing. */
export function brokenValues(node: ConfigNode): ConfigProblem[] {
  if (node.kind === 'scalar') return [...(node.broken ?? [])];
  if (node.kind === 'list') return node.items.flatMap(brokenValues);
  return [...node.entries.values()].flatMap((entry) => brokenValues(entry.node));
}
