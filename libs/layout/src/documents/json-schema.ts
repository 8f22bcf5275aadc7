/** A JSON Schema (draft 2020-12) as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** Base of the `$id` of every published schema. */
export const SCHEMA_BASE = 'https://tidemark.example.com/schemas/';
export const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * An object whose properties are exactly those of `T`, all required but the named ones. Further fields are allowed: they
 * are a newer writer's and are kept.
 */
export function objectOf<T>(properties: Readonly<Record<keyof T & string, JsonSchema>>, optional: readonly (keyof T & string)[] = []): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !(optional as readonly string[]).includes(name)) };
}

/** One of the literals of `T`; the record makes the compiler ask for all of them. */
export function literalsOf<T extends string>(literals: Readonly<Record<T, true>>): JsonSchema {
  return { enum: Object.keys(literals) };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [{ type: 'null' }, schema] };
}

export function arrayOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export const text: JsonSchema = { type: 'string' };
export const name: JsonSchema = { type: 'string', minLength: 1 };
export const boolean: JsonSchema = { type: 'boolean' };
export const count: JsonSchema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
export const positive: JsonSchema = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
/** UTC, ISO 8601. */
export const instant: JsonSchema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|\\+00:00)$' };
export const sha256: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{64}$' };
export const writeId: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9-]{1,64}$' };
export const tableIdText: JsonSchema = { type: 'string', pattern: '^[0-9a-f]{16}$' };
export const textMap: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
