import type { ClosedMap, NamedMap, SchemaNode } from './schema-node.ts';

export function isClosedMap(schema: SchemaNode | undefined): schema is ClosedMap {
  return schema?.type === 'object' && 'properties' in schema;
}

export function isNamedMap(schema: SchemaNode | undefined): schema is NamedMap {
  return schema?.type === 'object' && !('properties' in schema);
}

/** The schema of one key or item below a schema; undefined when it has none. */
export function childSchema(schema: SchemaNode | undefined, key: string): SchemaNode | undefined {
  if (isClosedMap(schema)) return Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (isNamedMap(schema)) return schema.additionalProperties;
  return schema?.type === 'array' ? schema.items : undefined;
}

export function schemaAt(schema: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>(childSchema, schema);
}

/** Paths of every value that a schema admits; free names are `*`, and `0` stands for any item that is a map. Annotations are left out. */
export function leafPaths(schema: SchemaNode, annotations: readonly string[], path: readonly string[] = []): string[][] {
  if (isClosedMap(schema)) return Object.entries(schema.properties).filter(([key]) => !annotations.includes(key)).flatMap(([key, child]) => leafPaths(child, annotations, [...path, key]));
  if (isNamedMap(schema)) return leafPaths(schema.additionalProperties, annotations, [...path, '*']);
  if (schema.type === 'array' && isClosedMap(schema.items)) return leafPaths(schema.items, annotations, [...path, '0']);
  return [[...path]];
}
