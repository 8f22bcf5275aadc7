import { ALLOWED_PREFIXES, publishedSchema, REDSHIFT_KEYS_SCHEMA, type FileKind } from '@tidemark/config';

/** A schema as it is published: the parts that the reference shows. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const FILES: readonly { readonly kind: FileKind; readonly title: string; readonly name: string }[] = [
  { kind: 'connections', title: 'connections.yml', name: '' },
  { kind: 'pipeline', title: 'pipelines/NAME.yml', name: 'pipeline' },
  { kind: 'template', title: 'templates/NAME.yml', name: 'template' },
  { kind: 'tables', title: 'tables/NAME.yml', name: 'tables' },
  { kind: 'environment', title: 'environments/NAME.yml', name: 'environment' },
];

/** Keys that every map takes and nothing reads; the page says so once. */
const ANNOTATIONS: readonly string[] = ['version', 'description', 'metadata'];

/** The page that names every key of every configuration file, with what is allowed, the default and the meaning. */
export function renderConfiguration(): string {
  const schemas = FILES.map((file) => ({ ...file, schema: publishedSchema(file.kind) as Schema }));
  const definitions = new Map(schemas.flatMap(({ schema }) => Object.entries(schema.definitions ?? {})));
  return `${[
    '# Configuration reference',
    'Every key of every file. How the files are layered, and how variables and secrets are written, stands in the [README of config](../libs/config/README.md).',
    `Made from the schemas by \`npm run docs\`. Every map also takes \`version\`, \`description\` and \`metadata\`, which nothing reads; any other key is an error. \`<name>\` is a name of your choice. Variables \`\${NAME}\` may begin with ${ALLOWED_PREFIXES.map((prefix) => `\`${prefix}\``).join(' ')}, or stand in \`.env\`.`,
    ...schemas.flatMap(({ title, schema }) => section(2, title, schema)),
    ...section(2, 'redshift_keys.json', REDSHIFT_KEYS_SCHEMA),
    '## Parts',
    'Maps that stand in several places.',
    ...[...definitions].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, schema]) => section(3, name, schema)),
  ].join('\n\n')}\n`;
}

function section(level: number, title: string, schema: Schema): string[] {
  const rows = rowsOf(schema, []);
  return [
    `${'#'.repeat(level)} ${title}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    ['| key | value | default | meaning |', '|---|---|---|---|', ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`)].join('\n'),
  ];
}

/** One row per value, paths joined by dots, `[]` after a list of maps; a part that has a section of its own is one row. */
function rowsOf(schema: Schema, path: readonly string[]): string[][] {
  const key = `\`${path.join('.')}\``;
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!;
    return [[key, `[${name}](#${name})`, '', schema.description ?? '']];
  }
  if (schema.properties !== undefined) return Object.entries(schema.properties).filter(([name]) => !ANNOTATIONS.includes(name)).flatMap(([name, child]) => rowsOf(child, [...path, name]));
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') return rowsOf(schema.additionalProperties, [...path, '<name>']);
  const row = [key, valueText(schema), 'default' in schema ? `\`${JSON.stringify(schema.default).replace(/^"(.*)"$/, '$1')}\`` : '', schema.description ?? ''];
  return [row, ...(schema.items?.properties === undefined ? [] : rowsOf(schema.items, [...path.slice(0, -1), `${path.at(-1)!}[]`]))];
}

function valueText(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (schema.title !== undefined) return schema.title;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' ');
  if (choices !== undefined) return choices.map(valueText).join(', or ');
  if (schema.type === 'array') return `list of ${schema.items === undefined ? 'values' : valueText(schema.items)}`;
  if (schema.type === 'boolean') return '`true` `false`';
  if (schema.type === 'string') return 'text';
  if (schema.type === undefined) return 'anything';
  const range = [...(schema.minimum === undefined ? [] : [`from ${schema.minimum}`]), ...(schema.maximum === undefined ? [] : [`to ${schema.maximum}`])];
  return [schema.type === 'integer' ? 'whole number' : 'number', ...range].join(' ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
