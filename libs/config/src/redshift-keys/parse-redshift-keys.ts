import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nearMisses } from '../problem/near-misses.ts';
import type { Place, SourceText } from '../problem/source-text.ts';
import { ANNOTATION_KEYS } from '../schema/annotations.ts';
import { TABLE_NAME_PATTERN } from '../schema/leaves.ts';
import { placeAt, type ConfigNode, type MapNode } from '../tree/config-node.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import { ENCODINGS, ENTRY_KEYS } from './redshift-keys-schema.ts';
import type { RedshiftKeys, ResolvedTableKeys } from './redshift-keys.ts';

const STYLES = ['KEY', 'ALL', 'EVEN', 'AUTO'] as const;
const TABLE_TYPES = ['fact', 'dimension'] as const;
const SORT_FORMS = 'a column, a list of columns, "AUTO", or {"type": "compound" | "interleaved", "columns": […]}';

export interface ParsedRedshiftKeys {
  readonly keys: RedshiftKeys;
  /** Where each entry stands, with its name as it is written. */
  readonly entries: readonly { readonly table: string; readonly at: Place | null }[];
  readonly problems: readonly ConfigProblem[];
}

/** Reads redshift_keys.json. JSON is YAML too, so the reader that knows lines and columns reads it. */
export function parseRedshiftKeys(source: SourceText): ParsedRedshiftKeys {
  const { tree, problems } = parseYaml(source, 'tables');
  if (tree === null) return { keys: new Map(), entries: [], problems };
  const reader = new KeysReader(tree);
  const keys = reader.read();
  const entries = [...tree.entries.keys()].filter((table) => keys.has(table.toLowerCase())).map((table) => ({ table, at: placeAt(tree, [table], 'key') }));
  return { keys, entries, problems: reader.problems };
}

class KeysReader {
  readonly #tree: MapNode;
  readonly problems: ConfigProblem[] = [];

  constructor(tree: MapNode) {
    this.#tree = tree;
  }

  read(): RedshiftKeys {
    const keys = new Map<string, ResolvedTableKeys>();
    const spelled = new Map<string, string>();
    for (const [table, { node }] of this.#tree.entries) {
      const folded = table.toLowerCase();
      if (ANNOTATION_KEYS.includes(table)) continue;
      if (!new RegExp(TABLE_NAME_PATTERN).test(table)) this.#add([table], 'key', table, ['schema.table'], `"${table}" is not a table as schema.table`);
      else if (spelled.has(folded)) this.#add([table], 'key', table, [], `"${table}" and "${spelled.get(folded)}" are one table: names differ in case only`, 'Remove one of the two.');
      else if (node.kind !== 'map') this.#value([table], node, ['a map of ' + ENTRY_KEYS.join(', ')]);
      else keys.set(folded, this.#entry(table, node));
      spelled.set(folded, table);
    }
    return keys;
  }

  #entry(table: string, entry: MapNode): ResolvedTableKeys {
    for (const key of entry.entries.keys()) if (!ENTRY_KEYS.includes(key) && !ANNOTATION_KEYS.includes(key)) this.#unknownKey(table, key);
    const at = placeAt(this.#tree, [table], 'key');
    return {
      distStyle: this.#choice([table], entry, 'diststyle', STYLES, (text) => text.toUpperCase()),
      distKey: this.#name(table, entry, 'distkey'),
      sortKey: this.#sortKey(table, entry),
      encodings: this.#encodings(table, entry),
      tableType: this.#choice([table], entry, 'table_type', TABLE_TYPES, (text) => text),
      place: at === null ? 'redshift_keys.json' : `${at.source.path}:${at.line}`,
    };
  }

  #sortKey(table: string, entry: MapNode): ResolvedTableKeys['sortKey'] {
    const forms = ['sortkey', 'compound_sortkey', 'interleaved_sortkey'].filter((key) => entry.entries.has(key));
    const [form, second] = forms;
    if (form === undefined) return null;
    if (second !== undefined) this.#add([table, second], 'key', second, [], `${table} has ${forms.join(' and ')}; a table has one sort key`, 'Keep one of them.');
    const node = entry.entries.get(form)!.node;
    if (form !== 'sortkey') return this.#sorted([table, form], node, form === 'compound_sortkey' ? 'compound' : 'interleaved');
    if (node.kind === 'scalar') {
      if (node.value === 'AUTO') return { type: 'auto' };
      if (typeof node.value === 'string' && node.value !== '') return { type: 'compound', columns: [node.value] };
      this.#value([table, form], node, [SORT_FORMS]);
      return null;
    }
    if (node.kind === 'list') return this.#sorted([table, form], node, 'compound');
    const type = this.#choice([table, 'sortkey'], node, 'type', ['compound', 'interleaved'], (text) => text) ?? 'compound';
    for (const key of node.entries.keys()) if (key !== 'type' && key !== 'columns') this.#add([table, form, key], 'key', key, ['type', 'columns'], `unknown key "${key}" in ${table}.sortkey; known are type, columns`, undefined, 'CONFIG_UNKNOWN_KEY');
    const columns = node.entries.get('columns')?.node;
    if (columns !== undefined) return this.#sorted([table, form, 'columns'], columns, type);
    this.#add([table, form], 'value', 'a map', [SORT_FORMS], `${table}.sortkey has no columns`, 'Add the list of its columns.');
    return null;
  }

  #sorted(path: readonly string[], node: ConfigNode, type: 'compound' | 'interleaved'): ResolvedTableKeys['sortKey'] {
    const columns = node.kind === 'list' ? node.items.map((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? item.value : '')) : [];
    const isRight = columns.length > 0 && !columns.includes('') && new Set(columns).size === columns.length;
    if (isRight) return { type, columns };
    this.#value(path, node, ['a list of different column names, at least one']);
    return null;
  }

  #encodings(table: string, entry: MapNode): Readonly<Record<string, string>> {
    const node = entry.entries.get('encode')?.node;
    if (node === undefined) return {};
    if (node.kind !== 'map') {
      this.#value([table, 'encode'], node, ['a map of columns to encodings']);
      return {};
    }
    const chosen: Record<string, string> = {};
    for (const column of node.entries.keys()) {
      const encoding = this.#choice([table, 'encode'], node, column, ENCODINGS, (text) => text.toLowerCase());
      if (encoding !== null) chosen[column] = encoding;
    }
    return chosen;
  }

  #name(table: string, entry: MapNode, key: string): string | null {
    const node = entry.entries.get(key)?.node;
    if (node === undefined) return null;
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') return node.value;
    this.#value([table, key], node, ['the name of a column']);
    return null;
  }

  #choice<const Choice extends string>(path: readonly string[], entry: MapNode, key: string, choices: readonly Choice[], fold: (text: string) => string): Choice | null {
    const node = entry.entries.get(key)?.node;
    if (node === undefined) return null;
    const written = node.kind === 'scalar' && typeof node.value === 'string' ? fold(node.value) : null;
    const chosen = choices.find((choice) => choice === written);
    if (chosen === undefined) this.#value([...path, key], node, choices);
    return chosen ?? null;
  }

  #unknownKey(table: string, key: string): void {
    const near = nearMisses(key, ENTRY_KEYS)[0];
    this.#add([table, key], 'key', key, ENTRY_KEYS, `unknown key "${key}" in ${table}${near === undefined ? `; known are ${ENTRY_KEYS.join(', ')}` : `; the nearest known one is "${near}"`}`, near === undefined ? `Remove ${key}.` : `Write ${near} instead of ${key}.`, 'CONFIG_UNKNOWN_KEY');
  }

  #value(path: readonly string[], node: ConfigNode, allowed: readonly string[]): void {
    const found = node.kind === 'map' ? 'a map' : node.kind === 'list' ? 'a list' : node.value === null ? 'empty' : JSON.stringify(node.value);
    this.#add(path, 'value', found, allowed, `${path.join('.')} is ${found}; allowed: ${allowed.join(', ')}`);
  }

  #add(path: readonly string[], prefer: 'key' | 'value', found: string, allowed: readonly string[], sentence: string, remedy?: string, code: 'CONFIG_VALUE' | 'CONFIG_UNKNOWN_KEY' = 'CONFIG_VALUE'): void {
    this.problems.push(configProblem({ code, at: placeAt(this.#tree, path, prefer), path: path.join('.'), found, allowed, sentence, remedy: remedy ?? `Write for ${path.at(-1) ?? ''}: ${allowed.join(', ')}.` }));
  }
}
