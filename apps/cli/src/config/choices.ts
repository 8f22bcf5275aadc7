import { publishedSchema } from '@tidemark/config';

/** Settings of a table whose choices say what this version can do. */
const SETTINGS = ['cdc_strategy', 'load_mode', 'late_commits', 'null_cursor'] as const;

type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly enum?: readonly string[]; readonly definitions?: Readonly<Record<string, Schema>> };

/** What a table can be set to, as the published schema of a pipeline has it; the first of each is not always the default. */
export function choices(): Readonly<Record<(typeof SETTINGS)[number], readonly string[]>> {
  const table = (publishedSchema('pipeline') as Schema).definitions?.['table'];
  return Object.fromEntries(SETTINGS.map((key) => [key, table?.properties?.[key]?.enum ?? []])) as Record<(typeof SETTINGS)[number], readonly string[]>;
}
