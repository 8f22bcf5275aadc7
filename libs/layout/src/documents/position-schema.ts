import type { Bound, Position } from '@tidemark/domain';
import { arrayOf, name, objectOf, text, type JsonSchema } from './json-schema.ts';

type Kind<K extends Position['kind']> = Extract<Position, { kind: K }>;

const byColumns = (kind: 'keyset' | 'pk'): JsonSchema => objectOf<Kind<'keyset'>>({ kind: { const: kind }, columns: { ...arrayOf(name), minItems: 1 }, values: { ...arrayOf(text), minItems: 1 } });

/** A place in a table's read order; null before the first row. */
export const positionSchema: JsonSchema = {
  oneOf: [
    { type: 'null' },
    byColumns('keyset'),
    byColumns('pk'),
    objectOf<Kind<'tick'>>({ kind: { const: 'tick' }, column: name, value: text }),
    objectOf<Kind<'gtid'>>({ kind: { const: 'gtid' }, gtid: text }),
  ],
};

export const boundSchema: JsonSchema = objectOf<Bound>({ column: name, value: text });
