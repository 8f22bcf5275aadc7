/** Writes schemas/*.schema.json, the schemas that editors use, from the schemas in the source. */
import { writeFileSync } from 'node:fs';
import { publishedSchema, REDSHIFT_KEYS_SCHEMA, type FileKind } from '@tidemark/config';

for (const kind of ['connections', 'pipeline', 'template', 'tables', 'environment'] satisfies FileKind[]) {
  writeFileSync(new URL(`../schemas/${kind}.schema.json`, import.meta.url), `${JSON.stringify(publishedSchema(kind), null, 2)}\n`);
}
writeFileSync(new URL('../schemas/redshift_keys.schema.json', import.meta.url), `${JSON.stringify(REDSHIFT_KEYS_SCHEMA, null, 2)}\n`);
