import { createRequire } from 'node:module';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema } from './json-schema.ts';

/** Loads ajv with the first document: a program that reads none starts faster without it. */
const require = createRequire(import.meta.url);

const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/** What is wrong with a value, by the schema: `/staged_through/seq must be integer`, first finding only; null when nothing is. */
export function violation(schema: JsonSchema, value: unknown): string | null {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    // That the schemas are schemas is tested.
    const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
    validate = new Ajv2020({ validateSchema: false, strict: true, strictTypes: false, strictRequired: false, allErrors: false }).compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(value)) return null;
  const found = validate.errors?.[0];
  return `${found?.instancePath === '' ? 'the document' : found?.instancePath} ${found?.message}`;
}
