import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { looksSecret, maskUserInfo } from '../problem/mask-lines.ts';
import { nearMisses } from '../problem/near-misses.ts';
import { nodeAt, placeAt, type ConfigNode, type MapNode } from '../tree/config-node.ts';
import { markBroken } from '../tree/mark-broken.ts';
import { toWrittenValue } from '../tree/to-value.ts';
import { ANNOTATION_KEYS } from './annotations.ts';
import { describeAllowed } from './describe-allowed.ts';
import { FILE_SCHEMAS, publishedSchema, type FileKind } from './file-kinds.ts';
import { isClosedMap, leafPaths, schemaAt } from './schema-at.ts';
import { isTimeZone } from './time-zone.ts';

/** Loads ajv with the first file that is checked: a program that reads no configuration starts faster without it. */
const require = createRequire(import.meta.url);

let compiler: Ajv | undefined;
const compiled = new Map<FileKind, ValidateFunction>();

function validatorOf(kind: FileKind): ValidateFunction {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  const { Ajv: Compiler } = require('ajv') as typeof import('ajv');
  // That the schemas are schemas is tested; here it would cost each start a third of its time in ajv.
  compiler ??= new Compiler({ validateSchema: false, allErrors: true, strict: true, allowUnionTypes: true, messages: false, ownProperties: true, inlineRefs: false, formats: { 'time-zone': isTimeZone } });
  const made = compiler.compile(publishedSchema(kind));
  compiled.set(kind, made);
  return made;
}

export interface ValidatedTree {
  /** Values that came from variables and are not allowed are marked `broken`: they matter to those who need them. */
  readonly tree: MapNode;
  /** What is wrong with the file itself. */
  readonly problems: readonly ConfigProblem[];
}

/** Every breach of the schema of a file, each at its place. Values that are missing for another reason are not judged. */
export function validateTree(tree: MapNode, kind: FileKind): ValidatedTree {
  const validate = validatorOf(kind);
  if (validate(toWrittenValue(tree))) return { tree, problems: [] };
  const problems = new Map<string, ConfigProblem>();
  let marked = tree;
  for (const error of validate.errors ?? []) {
    const path = pathOf(error.instancePath);
    const problem = translate(error, path, tree, kind);
    if (problem === null) continue;
    const node = nodeAt(tree, path);
    if (node?.kind === 'scalar' && node.isInterpolated === true) marked = markBroken(marked, path, problem);
    else if (!problems.has(`${problem.code} ${problem.path}`)) problems.set(`${problem.code} ${problem.path}`, problem);
  }
  return { tree: marked, problems: [...problems.values()] };
}

function pathOf(pointer: string): string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function translate(error: ErrorObject, path: string[], tree: MapNode, kind: FileKind): ConfigProblem | null {
  if (error.keyword === 'additionalProperties') return unknownKey((error.params as { additionalProperty: string }).additionalProperty, path, tree, kind);
  if (error.keyword === 'propertyNames') return badName((error.params as { propertyName: string }).propertyName, path, tree);
  if (error.propertyName !== undefined) return null;
  const node = nodeAt(tree, path);
  if (node?.kind === 'scalar' && node.broken !== undefined) return null;
  const schema = schemaAt(FILE_SCHEMAS[kind], path);
  const allowed = describeAllowed(schema);
  const where = path.join('.');
  const found = node === undefined ? null : describeFound(node, path.at(-1) ?? '');
  const written = found ?? 'a value that is not shown';
  const quoteIt = schema?.type === 'string' && node?.kind === 'scalar' && typeof node.value !== 'string' && node.value !== null;
  const near = node?.kind === 'scalar' && typeof node.value === 'string' && found !== null ? nearMisses(node.value, allowed)[0] : undefined;
  return configProblem({
    code: 'CONFIG_VALUE', at: placeAt(tree, path, 'value'), path: where, found, allowed,
    sentence: `${where} is ${written}; allowed: ${allowed.join(', ')}`,
    remedy: emptyVariables(node) ?? (quoteIt ? `Put the value of ${path.at(-1)} between quotes.` : near !== undefined ? `Write ${near}.` : `Write for ${path.at(-1)}: ${allowed.join(', ')}.`),
  });
}

/** What to do where a value came out empty because its variables are. */
function emptyVariables(node: ConfigNode | undefined): string | null {
  if (node?.kind !== 'scalar' || node.isInterpolated !== true || node.value !== '') return null;
  const names = [...node.written.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!);
  return `Set ${names.join(' and ')} in the environment or in .env beside the configuration directory.`;
}

function unknownKey(key: string, path: readonly string[], tree: MapNode, kind: FileKind): ConfigProblem {
  const schema = schemaAt(FILE_SCHEMAS[kind], path);
  const known = isClosedMap(schema) ? Object.keys(schema.properties) : [];
  const allowed = known.filter((name) => !ANNOTATION_KEYS.includes(name));
  const near = nearMisses(key, known)[0];
  const elsewhere = leafPaths(FILE_SCHEMAS[kind], ANNOTATION_KEYS).find((leaf) => leaf.at(-1) === key)?.slice(0, -1);
  const place = path.length === 0 ? 'at the top of the file' : `in ${path.join('.')}`;
  const remedy = near !== undefined ? `Write ${near} instead of ${key}.` : elsewhere !== undefined ? `${key} belongs ${elsewhere.length === 0 ? 'at the top of the file' : `in ${elsewhere.map((part) => (part === '*' ? '<name>' : part)).join('.')}`}.` : `Remove ${key}, or use one of: ${allowed.join(', ')}.`;
  return configProblem({
    code: 'CONFIG_UNKNOWN_KEY', at: placeAt(tree, [...path, key], 'key'), path: [...path, key].join('.'), found: key, allowed, remedy,
    sentence: `unknown key "${key}" ${place}${near === undefined ? `; known are ${allowed.join(', ')}` : `; the nearest known one is "${near}"`}`,
  });
}

function badName(name: string, path: readonly string[], tree: MapNode): ConfigProblem {
  const isTable = path.at(-1) === 'tables';
  const allowed = isTable ? ['schema.table'] : ['a name of letters, digits, _ and -'];
  return configProblem({
    code: 'CONFIG_VALUE', at: placeAt(tree, [...path, name], 'key'), path: [...path, name].join('.'), found: name, allowed,
    sentence: `"${name}" in ${path.join('.')} is not ${isTable ? 'a table as schema.table' : 'a name of letters, digits, _ and -'}`,
    remedy: isTable ? 'Write the schema, a dot and the table.' : 'Choose a name of letters, digits, _ and -.',
  });
}

/** What stands there, as messages show it; null for what is secret. */
function describeFound(node: ConfigNode, key: string): string | null {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.isSecret === true || looksSecret(key)) return null;
  if (node.value === null) return 'empty';
  if (typeof node.value !== 'string' && node.isInterpolated !== true) return node.written;
  const text = maskUserInfo(node.isInterpolated === true ? node.written : String(node.value));
  const isEmpty = node.isInterpolated === true && node.value === '';
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"${isEmpty ? ', which is empty' : ''}`;
}
