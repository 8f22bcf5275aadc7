import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nearMisses } from '../problem/near-misses.ts';
import type { Place } from '../problem/source-text.ts';
import { resolvePath, type PathBase } from '../resolve/resolve-path.ts';
import { ANNOTATION_KEYS } from '../schema/annotations.ts';
import { childSchema } from '../schema/schema-at.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import type { SecretScheme } from '../secret/secret-reference.ts';
import { emptyMap, type ConfigNode, type MapEntry, type MapNode, type ScalarNode } from '../tree/config-node.ts';
import { interpolate, type InterpolationFault } from './interpolate.ts';
import type { Variables } from './variables.ts';

export interface FillContext extends PathBase {
  readonly variables: Variables;
  /** Text of the file that a `file:` reference names. */
  readonly readSecretFile: (absolutePath: string) => string;
}

/**
 * Fills variables and secret references into a tree, along its schema: text becomes a number or a truth value
 * where the schema asks for one. A value that cannot be had is marked `broken` with its problems.
 */
export function fillTree(tree: MapNode, schema: SchemaNode, context: FillContext): MapNode {
  return fill(tree, schema, [], context) as MapNode;
}

function fill(node: ConfigNode, schema: SchemaNode | undefined, path: readonly string[], context: FillContext): ConfigNode {
  // `tables:` or `sales.orders:` with nothing below it is a map without keys.
  if (node.kind === 'scalar' && node.value === null && schema?.type === 'object') return emptyMap(node.origin);
  if (node.kind === 'scalar') return fillScalar(node, schema, path, context);
  if (node.kind === 'list') return { ...node, items: node.items.map((item, index) => fill(item, childSchema(schema, String(index)), [...path, String(index)], context)) };
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    const child = childSchema(schema, key);
    // Annotations are for people and `env_allow` says what may be filled in: both stay as written.
    const isLiteral = child === undefined || ANNOTATION_KEYS.includes(key) || (path.length === 0 && key === 'env_allow');
    entries.set(key, isLiteral ? entry : { ...entry, node: fill(entry.node, child, [...path, key], context) });
  }
  return { ...node, entries };
}

function fillScalar(node: ScalarNode, schema: SchemaNode | undefined, path: readonly string[], context: FillContext): ScalarNode {
  const isSecret = schema?.type === 'string' && 'writeOnly' in schema && schema.writeOnly === true;
  const base: ScalarNode = isSecret ? { ...node, isSecret } : node;
  if (typeof node.value !== 'string') return base;
  if (isSecret) {
    const reference = /^(env|file|aws-sm|aws-ssm):(.*)$/s.exec(node.value);
    if (reference !== null) return fillReference(base, reference[1]!, reference[2]!, path, context);
  }
  if (!node.value.includes('${')) return base;
  const { text, faults } = interpolate(node.value, context.variables);
  const filled: ScalarNode = { ...base, value: coerce(text, schema), isInterpolated: true };
  return faults.length === 0 ? filled : { ...filled, broken: faults.map((fault) => faultProblem(fault, node, path, context)) };
}

/** Names that the stores of AWS take. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
const STORE_NAMES: Readonly<Record<SecretScheme, { readonly pattern: RegExp; readonly title: string; readonly examples: readonly string[] }>> = {
  'aws-sm': { pattern: /^[\w/+=.@:!-]{1,2048}(#[^#\s]+)?$/, title: 'the name or ARN of a secret, and # with a key of its JSON if it has keys', examples: ['aws-sm:shop/mysql', 'aws-sm:shop/mysql#password'] },
  'aws-ssm': { pattern: /^[\w/.:-]{1,2048}$/, title: 'the name or ARN of a parameter', examples: ['aws-ssm:/shop/mysql/password'] },
};

function fillReference(node: ScalarNode, kind: string, rest: string, path: readonly string[], context: FillContext): ScalarNode {
  const broken = (problem: ConfigProblem): ScalarNode => ({ ...node, value: '', broken: [problem] });
  const at = node.origin.place;
  const where = path.join('.');
  if (kind === 'env') {
    const found = /^[A-Za-z_]\w*$/.test(rest) ? context.variables.lookup(rest) : null;
    if (found === null) return broken(configProblem({ code: 'CONFIG_VALUE', at, sentence: `env: is not followed by the name of a variable (${where})`, path: where, allowed: ['env:NAME'], remedy: 'Write env: and the name of a variable, without $ and braces.' }));
    return found.kind === 'value' ? { ...node, value: found.value } : broken(faultProblem({ kind: found.kind, name: rest }, node, path, context));
  }
  const { text, faults } = interpolate(rest, context.variables);
  if (faults.length > 0) return { ...node, value: '', broken: faults.map((fault) => faultProblem(fault, node, path, context)) };
  if (kind === 'aws-sm' || kind === 'aws-ssm') {
    if (STORE_NAMES[kind].pattern.test(text)) return { ...node, inStore: { scheme: kind, name: text, place: at === null ? where : `${where} (${at.source.path}:${at.line}:${at.column})` } };
    return broken(configProblem({ code: 'CONFIG_VALUE', at, sentence: `${kind}: is not followed by ${STORE_NAMES[kind].title} (${where})`, path: where, found: `${kind}:`, allowed: STORE_NAMES[kind].examples, remedy: `Write ${STORE_NAMES[kind].examples.join(' or ')}.` }));
  }
  const file = resolvePath(text, context);
  try {
    return { ...node, value: context.readSecretFile(file).replace(/\r?\n$/, '') };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'error';
    return broken(configProblem({ code: 'CONFIG_VALUE', at, sentence: `the secret's file ${file} cannot be read: ${reason} (${where})`, path: where, found: file, allowed: ['a file that can be read'], remedy: 'Correct the path, which is taken from the configuration directory, or the rights of the file.' }));
  }
}

/** Text that filled-in variables gave is a number or a truth value only where the schema wants one. */
function coerce(text: string, schema: SchemaNode | undefined): string | number | boolean {
  if (schema?.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if ((schema?.type === 'integer' || schema?.type === 'number') && /^-?\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  return text;
}

function faultProblem(fault: InterpolationFault, node: ScalarNode, path: readonly string[], { variables }: FillContext): ConfigProblem {
  const where = path.join('.');
  if (fault.kind === 'malformed') {
    return configProblem({ code: 'CONFIG_VALUE', at: node.origin.place, sentence: `\${ does not begin a variable reference (${where})`, path: where, allowed: ['${NAME}', '${NAME:-default}'], remedy: 'Write ${NAME} or ${NAME:-default}; a text that has ${ in it comes from a variable.' });
  }
  const { name } = fault;
  const at = placeOfVariable(node.origin.place, name);
  if (fault.kind === 'forbidden') {
    return configProblem({
      code: 'CONFIG_UNSET_VARIABLE', at, path: where, found: name, allowed: variables.prefixes.map((prefix) => `${prefix}…`),
      sentence: `the variable ${name} may not be read: its name has no allowed prefix and .env does not define it (${where})`,
      remedy: `Add ${name}, or the beginning of its name, to env_allow in connections.yml, or define it in .env.`,
    });
  }
  const near = nearMisses(name, variables.names())[0];
  return configProblem({
    code: 'CONFIG_UNSET_VARIABLE', at, path: where, found: name,
    sentence: `the variable ${name} is not set (${where})${near === undefined ? '' : `; ${near} is`}`,
    remedy: `Set ${name} in the environment or in .env beside the configuration directory.`,
  });
}

function placeOfVariable(at: Place | null, name: string): Place | null {
  if (at === null) return null;
  const line = at.source.text.split('\n')[at.line - 1] ?? '';
  const index = line.indexOf(`\${${name}`, at.column - 1);
  return index === -1 ? at : { ...at, column: index + 1, length: name.length + 3 };
}
