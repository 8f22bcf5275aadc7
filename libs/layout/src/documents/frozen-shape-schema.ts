import type { FrozenShape, KnownSchema, TableKeys } from '@tidemark/domain';
import { arrayOf, boolean, name, objectOf, textMap, type JsonSchema } from './json-schema.ts';
import { stagedColumnSchema } from './staged-column-schema.ts';

const tableKeys = objectOf<TableKeys>({
  dist: { type: 'object', properties: { style: { enum: ['AUTO', 'EVEN', 'ALL', 'KEY'] }, column: name }, required: ['style'], if: { properties: { style: { const: 'KEY' } } }, then: { required: ['column'] } },
  sort: { type: 'object', properties: { type: { enum: ['auto', 'compound', 'interleaved'] }, columns: arrayOf(name) }, required: ['type'], if: { properties: { type: { enum: ['compound', 'interleaved'] } } }, then: { required: ['columns'] } },
  encodings: textMap,
});

export const frozenShapeSchema: JsonSchema = objectOf<FrozenShape>({
  table_keys: tableKeys,
  primary_key: arrayOf(name),
  fresh: boolean,
  added: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
  renamed: textMap,
  dropped: arrayOf(stagedColumnSchema),
});

export const knownSchemaSchema: JsonSchema = objectOf<KnownSchema>({ columns: arrayOf(stagedColumnSchema), keys: arrayOf(name), primary_key: arrayOf(name), dropped: arrayOf(stagedColumnSchema) });
