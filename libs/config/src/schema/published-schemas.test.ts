import { readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { REDSHIFT_KEYS_SCHEMA } from '../redshift-keys/redshift-keys-schema.ts';
import { FILE_SCHEMAS, publishedSchema, type FileKind } from './file-kinds.ts';

const folder = new URL('../../schemas/', import.meta.url);

describe('schemas/', () => {
  test.each(Object.keys(FILE_SCHEMAS) as FileKind[])('%s is the schema of the source; npm run docs writes it', (kind) => {
    const published: unknown = JSON.parse(readFileSync(new URL(`${kind}.schema.json`, folder), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(publishedSchema(kind))));
    expect(new Ajv({ strict: true, allowUnionTypes: true, formats: { 'time-zone': true } }).validateSchema(published as object)).toBe(true);
  });

  test('redshift_keys is the schema of the source; npm run docs writes it', () => {
    const published: unknown = JSON.parse(readFileSync(new URL('redshift_keys.schema.json', folder), 'utf8'));
    expect(published).toEqual(JSON.parse(JSON.stringify(REDSHIFT_KEYS_SCHEMA)));
    expect(new Ajv({ strict: true, allowUnionTypes: true }).validateSchema(published as object)).toBe(true);
  });

  test('has nothing else', () => {
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(FILE_SCHEMAS), 'redshift_keys'].map((kind) => `${kind}.schema.json`).sort());
  });
});
