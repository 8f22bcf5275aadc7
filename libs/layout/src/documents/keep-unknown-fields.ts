import type { JsonSchema } from './json-schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * `next` with the fields of `previous` that the schema does not know, so that a rewrite does not drop what a newer writer
 * added. Goes into objects that the schema describes and both versions have; lists and maps are taken from `next` as they are.
 */
export function keepUnknownFields<T extends object>(schema: JsonSchema, previous: object, next: T): T {
  const known = schema['properties'] as Readonly<Record<string, JsonSchema>> | undefined;
  if (known === undefined) return next;
  const merged: Record<string, unknown> = { ...(next as Fields) };
  for (const [field, old] of Object.entries(previous as Fields)) {
    const subSchema = known[field];
    if (subSchema === undefined) {
      if (!Object.hasOwn(merged, field)) merged[field] = old;
    } else if (isObject(old) && isObject(merged[field]) && subSchema['type'] === 'object') {
      merged[field] = keepUnknownFields(subSchema, old, merged[field]);
    }
  }
  return merged as T;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
