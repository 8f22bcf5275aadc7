import { fromValue } from '../tree/from-value.ts';
import type { MapNode } from '../tree/config-node.ts';
import { isClosedMap } from './schema-at.ts';
import type { ClosedMap } from './schema-node.ts';

/** The defaults that a schema states, as the lowest layer; `without` names keys at its top that get none. */
export function defaultsOf(schema: ClosedMap, without: readonly string[] = []): MapNode {
  return fromValue(collect(schema, without), 'default');
}

function collect(schema: ClosedMap, without: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(schema.properties)) {
    if (without.includes(key)) continue;
    if (isClosedMap(child)) values[key] = collect(child, []);
    else if ('default' in child) values[key] = child.default;
  }
  return values;
}
