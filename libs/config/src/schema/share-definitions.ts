import { isClosedMap, isNamedMap } from './schema-at.ts';
import type { SchemaNode } from './schema-node.ts';

/**
 * The same schema in which each map that stands in several places stands once, under `definitions`.
 * Maps are the same when they have the same `properties` object; the first description is kept.
 */
export function shareDefinitions(schema: SchemaNode, names: ReadonlyMap<object, string>): object {
  const definitions: Record<string, object> = {};
  const write = (node: SchemaNode): object => {
    if (isNamedMap(node)) return { ...node, additionalProperties: write(node.additionalProperties) };
    if (!isClosedMap(node)) return node;
    const properties = (): object => Object.fromEntries(Object.entries(node.properties).map(([key, child]) => [key, write(child)]));
    const name = names.get(node.properties);
    if (name === undefined) return { ...node, properties: properties() };
    if (definitions[name] === undefined) {
      definitions[name] = {};
      definitions[name] = { ...node, properties: properties() };
    }
    return { $ref: `#/definitions/${name}` };
  };
  const written = write(schema);
  return Object.keys(definitions).length === 0 ? written : { ...written, definitions };
}
