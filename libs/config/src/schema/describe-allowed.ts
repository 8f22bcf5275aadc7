import { ANNOTATION_KEYS } from './annotations.ts';
import { isClosedMap } from './schema-at.ts';
import type { SchemaNode } from './schema-node.ts';

/** What may stand at a place: the values of a choice one by one, else one phrase. */
export function describeAllowed(schema: SchemaNode | undefined): string[] {
  if (schema === undefined || schema.type === undefined) return ['any value'];
  if (isClosedMap(schema)) return [`a map of ${Object.keys(schema.properties).filter((key) => !ANNOTATION_KEYS.includes(key)).join(', ')}`];
  if (schema.type === 'object') return ['a map of names'];
  if ('enum' in schema && schema.enum !== undefined) return [...schema.enum];
  if (schema.title !== undefined) return [schema.title];
  if (schema.type === 'array') return ['a list'];
  if (schema.type === 'boolean') return ['true', 'false'];
  if (schema.type === 'string') return ['text'];
  const range = `${schema.minimum === undefined ? '' : ` from ${schema.minimum}`}${schema.maximum === undefined ? '' : ` to ${schema.maximum}`}`;
  return [schema.type === 'integer' ? `a whole number${range}` : `a number${range}`];
}
