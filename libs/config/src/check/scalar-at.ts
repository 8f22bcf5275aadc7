import { nodeAt, type ConfigNode, type ScalarNode } from '../tree/config-node.ts';

/** The text at a path; null when there is none, or when it is missing for a reason that is reported elsewhere. */
export function textAt(node: ConfigNode, path: readonly string[]): string | null {
  const found = scalarAt(node, path);
  return found !== null && found.broken === undefined && found.value !== null ? String(found.value) : null;
}

export function scalarAt(node: ConfigNode, path: readonly string[]): ScalarNode | null {
  const found = nodeAt(node, path);
  return found?.kind === 'scalar' ? found : null;
}
