import { SqlError, notSupported, syntaxErrorAt } from '../wire/sql-error.ts';
import { calledFunction } from './called-function.ts';
import { isCatalogName, type TableReference } from './table-references.ts';
import { isWord } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** PostgreSQL functions Redshift lacks. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-functions.html */
const MISSING_FUNCTIONS: ReadonlySet<string> = new Set([
  'generate_series', 'string_agg', 'array_agg', 'pg_sleep', 'format', 'nextval', 'currval', 'setval', 'lastval', 'gen_random_uuid', 'unnest', 'json_agg', 'jsonb_agg',
  'row_to_json', 'to_json', 'to_jsonb', 'json_build_object', 'jsonb_build_object', 'jsonb_set', 'json_populate_record', 'jsonb_each', 'json_each', 'regexp_split_to_table',
  'regexp_matches', 'concat_ws', 'pg_notify', 'pg_advisory_lock', 'pg_advisory_xact_lock', 'pg_try_advisory_lock', 'pg_try_advisory_xact_lock', 'pg_advisory_unlock',
  'pg_advisory_lock_shared', 'num_nulls', 'xmlparse', 'query_to_xml', 'lo_import', 'pg_read_file', 'set_config', 'make_date', 'make_timestamp', 'encode', 'sha256', 'clock_timestamp', 'string_to_array',
  'array_to_string', 'array_length', 'regexp_match', 'regexp_split_to_array', 'to_tsvector', 'pg_typeof',
]);

/** PostgreSQL types Redshift lacks, as they may stand before a literal. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-datatypes.html */
const MISSING_TYPES: ReadonlySet<string> = new Set([
  'json', 'jsonb', 'uuid', 'bytea', 'money', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'xml', 'tsvector', 'tsquery', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle',
  'int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange', 'jsonpath', 'pg_lsn', 'hstore',
]);

/** Functions of the leader node: never together with a user's table. https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_functions_leader_node_only.html */
const LEADER_FUNCTIONS: ReadonlySet<string> = new Set([
  'now', 'age', 'isfinite', 'current_schema', 'current_schemas', 'has_table_privilege', 'has_schema_privilege', 'has_database_privilege', 'pg_get_viewdef', 'pg_get_userbyid', 'to_ascii',
]);
const LEADER_KEYWORDS: ReadonlySet<string> = new Set(['current_timestamp', 'current_time', 'localtime', 'localtimestamp']);

const LEADER_WITH_USER_TABLE = 'Specified types or functions (one per INFO message) not supported on Redshift tables.';
const JSON_OPERATORS: ReadonlySet<string> = new Set(['->', '->>', '@>', '<@']);

interface Place {
  readonly tokens: readonly Token[];
  readonly index: number;
}

const at = (place: Place, offset: number): Token | undefined => place.tokens[place.index + offset];
const follows = (place: Place, ...words: readonly string[]): boolean => words.every((word, offset) => isWord(at(place, offset + 1), word));

/** For a word: the refusal it leads to, given its neighbours. */
const WORD_RULES: Readonly<Record<string, (place: Place) => SqlError | undefined>> = {
  on: (place) => (follows(place, 'conflict') ? syntaxErrorAt('conflict') : undefined),
  returning: () => syntaxErrorAt('returning'),
  lateral: () => syntaxErrorAt('lateral'),
  tablesample: () => syntaxErrorAt('tablesample'),
  distinct: (place) => {
    if (isWord(at(place, -1), 'is') || (isWord(at(place, -1), 'not') && isWord(at(place, -2), 'is'))) return notSupported('Not implemented');
    return follows(place, 'on', '(') ? notSupported('SELECT DISTINCT ON is not supported') : undefined;
  },
  filter: (place) => (isWord(at(place, -1), ')') && follows(place, '(') ? syntaxErrorAt('(') : undefined),
  table: () => syntaxErrorAt('table'),
  materialized: (place) => ((isWord(at(place, -1), 'as') || isWord(at(place, -1), 'not')) && follows(place, '(') ? syntaxErrorAt('materialized') : undefined),
  rows: (place) => (isWord(at(place, -1), 'from') && follows(place, 'from') ? syntaxErrorAt('from') : undefined),
  array: (place) => (follows(place, '[') || follows(place, '(', 'select') ? notSupported('ARRAY constructors are not supported') : undefined),
  for: (place) => (follows(place, 'update') || follows(place, 'share') ? notSupported('SELECT FOR UPDATE/SHARE is not supported') : undefined),
  except: (place) => (follows(place, 'all') ? notSupported('EXCEPT ALL is not supported') : undefined),
  intersect: (place) => (follows(place, 'all') ? notSupported('INTERSECT ALL is not supported') : undefined),
};
/** Reserved words that no query has a place for. */
const NEVER_IN_QUERIES: ReadonlySet<string> = new Set(['backup', 'connect', 'delta', 'encode', 'explicit', 'identity', 'language', 'pivot', 'start', 'system', 'top', 'unnest', 'unpivot']);

/** Reserved words that PostgreSQL takes for names, and where a query has a place for them. */
const PLACES: Readonly<Record<string, (place: Place) => boolean>> = {
  partition: (place) => follows(place, 'by'),
  timestamp: (place) => at(place, 1)?.kind === 'string' || follows(place, 'with') || follows(place, 'without') || isWord(at(place, -1), 'as') || isWord(at(place, -1), '::'),
  interval: (place) => at(place, 1)?.kind === 'string',
  ignore: (place) => follows(place, 'nulls'),
  respect: (place) => follows(place, 'nulls'),
  nulls: (place) => ['ignore', 'respect'].some((word) => isWord(at(place, -1), word)) || follows(place, 'first') || follows(place, 'last'),
  between: (place) => at(place, 1) !== undefined && (at(place, 1)!.kind !== 'operator' || ['(', '-', '+'].includes(at(place, 1)!.text)) && !['from', 'as', 'is', 'where'].some((word) => isWord(at(place, 1), word)),
};

/** Names must be quoted where they are reserved words; behind a point any word is a name. */
function refuseReservedWord(place: Place): void {
  const token = place.tokens[place.index]!;
  if (NEVER_IN_QUERIES.has(token.value) && !isWord(at(place, 1), '(')) throw syntaxErrorAt(token.text);
  if (Object.hasOwn(PLACES, token.value) && !PLACES[token.value]!(place)) throw syntaxErrorAt(token.text);
}

const MODIFYING_WORDS: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge']);

function refuseToken(place: Place): void {
  const token = place.tokens[place.index]!;
  if (token.kind === 'operator') {
    if (JSON_OPERATORS.has(token.text)) throw new SqlError('42883', `operator does not exist: ${token.text}`);
    return;
  }
  const called = calledFunction(place.tokens, place.index);
  if (called !== undefined && MISSING_FUNCTIONS.has(called)) throw new SqlError('42883', `function ${called}() does not exist`);
  const type = token.value.toLowerCase();
  if (token.kind !== 'string' && at(place, 1)?.kind === 'string' && MISSING_TYPES.has(type)) throw new SqlError('42704', `type "${type}" does not exist`);
  if (token.kind !== 'word' || isWord(at(place, -1), '.')) return;
  refuseReservedWord(place);
  const rule = Object.hasOwn(WORD_RULES, token.value) ? WORD_RULES[token.value]!(place) : undefined;
  if (rule !== undefined) throw rule;
  if (MODIFYING_WORDS.has(token.value) && isWord(at(place, -1), '(') && isWord(at(place, -2), 'as')) throw syntaxErrorAt(token.text);
}

function refuseLeaderMix(tokens: readonly Token[], references: readonly TableReference[]): void {
  if (!references.some((reference) => !isCatalogName(reference))) return;
  if (references.some(isCatalogName)) throw notSupported(LEADER_WITH_USER_TABLE);
  for (const [index, token] of tokens.entries()) {
    const keyword = token.kind === 'word' && !isWord(tokens[index - 1], '.') && LEADER_KEYWORDS.has(token.value);
    if (keyword || LEADER_FUNCTIONS.has(calledFunction(tokens, index) ?? '')) throw notSupported(LEADER_WITH_USER_TABLE);
  }
}

function refuseValues(tokens: readonly Token[], kind: string): void {
  let depth = 0;
  let fromQuery = false;
  for (const token of tokens) {
    if (isWord(token, '(')) depth += 1;
    if (isWord(token, ')')) depth -= 1;
    if (depth === 0 && isWord(token, 'select')) fromQuery = true;
    if (!isWord(token, 'values')) continue;
    if ((kind !== 'insert' && kind !== 'merge') || depth > 0 || fromQuery) throw syntaxErrorAt(token.text);
  }
}

function refuseSubqueryInRows(tokens: readonly Token[]): void {
  const values = tokens.findIndex((token) => isWord(token, 'values'));
  if (values < 0) return;
  const rows = tokens.slice(values + 1);
  let depth = 0;
  let rowCount = 0;
  for (const token of rows) {
    if (isWord(token, '(')) {
      if (depth === 0) rowCount += 1;
      depth += 1;
    }
    if (isWord(token, ')')) depth -= 1;
  }
  if (rowCount > 1 && rows.some((token) => isWord(token, 'select'))) throw notSupported("can't use subqueries in multi-row VALUES");
}

/** Refuses what Redshift does not take in a query or a statement that changes rows. */
export function refuseInQuery(tokens: readonly Token[], kind: string, references: readonly TableReference[]): void {
  for (let index = 0; index < tokens.length; index += 1) refuseToken({ tokens, index });
  refuseValues(tokens, kind);
  if (kind === 'insert') refuseSubqueryInRows(tokens);
  refuseLeaderMix(tokens, references);
}
