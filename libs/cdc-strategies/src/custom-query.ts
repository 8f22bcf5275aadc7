import { createRequire } from 'node:module';
import type { Parser as SqlParser } from 'node-sql-parser';
import { CdcError } from './errors.ts';
import { QUOTED, refuseOpenText } from './predicate.ts';
import type { SqlLiteral } from './sql-literal.ts';

/** What a query may be given. */
export const QUERY_PARAMETERS = ['last_timestamp', 'last_id', 'until_timestamp', 'until_id', 'limit'] as const;
export type QueryParameter = (typeof QUERY_PARAMETERS)[number];
export type QueryValues = Readonly<Record<QueryParameter, SqlLiteral>>;

/** One grammar of the parser; its entry for all of them loads twenty times as much. Loaded when a query is to be parsed: it takes longer than all else. */
function newParser(): SqlParser {
  const { Parser } = createRequire(import.meta.url)('node-sql-parser/build/mariadb.js') as { readonly Parser: new () => SqlParser };
  return new Parser();
}

/** Functions that wait, lock, read files or count on; a read-only session lets them pass. */
const REFUSED_FUNCTIONS = new Set([
  'sleep', 'benchmark', 'get_lock', 'release_lock', 'release_all_locks', 'load_file', 'master_pos_wait', 'master_gtid_wait', 'source_pos_wait', 'wait_for_executed_gtid_set',
  'nextval', 'setval', 'lastval', 'last_insert_id',
]);

const PARAMETER = /(?<![:\w]):([A-Za-z_]\w*)/g;

/** A query of the configuration that was found to be one SELECT. */
export interface CustomQuery {
  readonly text: string;
  readonly parameters: ReadonlySet<QueryParameter>;
}

/**
 * Takes one SELECT and nothing else: no second statement, no comment, no writing, locking or waiting, no variables, no fixed LIMIT.
 * The text itself is sent, so the session is read-only all the same.
 *
 * @param place `schema.table`, for messages
 * @param needsRange true when the query must say where it begins and where it ends
 * @throws CdcError `CDC_QUERY`
 */
export function checkCustomQuery(query: string, place: string, needsRange: boolean): CustomQuery {
  const refuse = (found: string): never => {
    throw new CdcError('CDC_QUERY', { message: `${place}: custom_query ${found}.`, details: { place, found } });
  };
  const text = query.trim();
  refuseOpenText(text, (found) => refuse(`holds ${found}`));
  const [statement, ...others] = parse(text, refuse);
  if (statement === undefined || others.length > 0 || statement['type'] !== 'select') refuse('is not one SELECT');
  const found = new Set<string>();
  for (const node of nodesOf(statement)) {
    const problem = problemOf(node);
    if (problem !== null) refuse(problem);
    if (node['type'] === 'param') found.add(String(node['value']));
  }
  if (hasFixedLimit(statement!)) refuse('has a LIMIT; only LIMIT :limit may end what reads rows of the range');
  const parameters = new Set([...text.replace(QUOTED, ' ').matchAll(PARAMETER)].map((match) => match[1]!));
  if (!isSame(parameters, found)) refuse('uses parameters in a way that is not understood');
  for (const name of parameters) {
    if (!(QUERY_PARAMETERS as readonly string[]).includes(name)) refuse(`has the parameter :${name}; there are ${QUERY_PARAMETERS.map((each) => `:${each}`).join(', ')}`);
  }
  if (needsRange && (!hasOne(parameters, 'last_') || !hasOne(parameters, 'until_'))) refuse('has to use a :last_… and an :until_… parameter, so that a run reads what is new and ends at its bound');
  return { text, parameters: parameters as ReadonlySet<QueryParameter> };
}

/** The query with its values; every one has gone through the literal encoder. */
export function bindQuery({ text }: CustomQuery, values: QueryValues): string {
  let bound = '';
  let at = 0;
  const bind = (bare: string): string => bare.replace(PARAMETER, (_match, name: QueryParameter) => values[name].sql);
  for (const quoted of text.matchAll(QUOTED)) {
    bound += bind(text.slice(at, quoted.index)) + quoted[0];
    at = quoted.index + quoted[0].length;
  }
  return bound + bind(text.slice(at));
}

type Node = Readonly<Record<string, unknown>>;

function parse(text: string, refuse: (found: string) => never): readonly Node[] {
  try {
    const parsed = newParser().astify(text, { database: 'mariadb' }) as unknown as Node | readonly Node[];
    return Array.isArray(parsed) ? (parsed as readonly Node[]) : [parsed as Node];
  } catch (error) {
    const at = (error as { readonly location?: { readonly start?: { readonly line: number; readonly column: number } } }).location?.start;
    return refuse(`cannot be parsed${at === undefined ? '' : `, from line ${at.line}, column ${at.column} on`}`);
  }
}

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const child of Object.values(value)) yield* nodesOf(child);
}

const STATEMENTS = new Set(['insert', 'replace', 'update', 'delete', 'create', 'drop', 'alter', 'truncate', 'call', 'set', 'use', 'lock', 'unlock', 'load_data']);

function problemOf(node: Node): string | null {
  const type = String(node['type'] ?? '');
  if (STATEMENTS.has(type)) return `holds a statement of type ${type}`;
  if (type === 'into' || (typeof node['into'] === 'object' && node['into'] !== null && 'keyword' in node['into'])) return 'writes its rows somewhere with INTO';
  if (node['locking_read'] !== undefined && node['locking_read'] !== null) return 'locks its rows';
  if (type === 'assign' || (type === 'var' && node['prefix'] !== undefined)) return 'uses a variable';
  if (type !== 'function') return null;
  const parts = [...nodesOf(node['name'])].flatMap((each) => (typeof each['value'] === 'string' ? [each['value'].toLowerCase()] : []));
  const refused = parts.find((part) => REFUSED_FUNCTIONS.has(part));
  return refused === undefined ? null : `calls ${refused}()`;
}

/** A fixed LIMIT around rows of the range would cut some of them away, and the position would pass them. */
function hasFixedLimit(statement: Node): boolean {
  return [...rowSources(statement)].some((select) => isFixed(select['limit']) || isFixed(select['_limit']));
}

/** The SELECTs that rows of the range come through: the statement, the others of its union, and those in its FROM and WITH that use the range. */
function* rowSources(statement: Node): Generator<Node> {
  yield statement;
  if (isNode(statement['_next'])) yield* rowSources(statement['_next']);
  const tables = [statement['from'], statement['with']].flatMap((items) => (Array.isArray(items) ? (items as readonly Node[]) : []));
  for (const table of tables) {
    const inner = [table['expr'], table['stmt']].find(isNode);
    const select = inner === undefined ? undefined : isNode(inner['ast']) ? inner['ast'] : inner;
    if (select?.['type'] === 'select' && usesRange(select)) yield* rowSources(select);
  }
}

function usesRange(select: Node): boolean {
  return [...nodesOf(select)].some(({ type, value }) => type === 'param' && value !== 'limit');
}

function isFixed(limit: unknown): boolean {
  const values = isNode(limit) && Array.isArray(limit['value']) ? (limit['value'] as readonly Node[]) : [];
  return values.length > 1 || values.some((value) => value['type'] !== 'param' || value['value'] !== 'limit');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function isSame(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((name) => right.has(name));
}

function hasOne(names: ReadonlySet<string>, prefix: string): boolean {
  return [...names].some((name) => name.startsWith(prefix));
}
