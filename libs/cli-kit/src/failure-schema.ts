import type { FailureDocument } from './json-document.ts';

const properties: Readonly<Record<keyof FailureDocument, object>> = {
  status: { const: 'failed' },
  code: { type: 'string', pattern: '^[A-Z0-9_]+$' },
  exit_code: { type: 'integer', minimum: 1, maximum: 255 },
  message: { type: 'string' },
  remedy: { type: 'array', items: { type: 'string' } },
  details: { type: 'object' },
  warnings: { type: 'array', items: { type: 'string' } },
};

/** JSON Schema of what a command that failed prints with `--json`: every command but a sync whose run has begun. */
export const FAILURE_SCHEMA: { readonly [keyword: string]: unknown } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://tidemark.example.com/schemas/failure.json',
  title: 'Tidemark failure',
  type: 'object',
  properties,
  required: Object.keys(properties),
};
