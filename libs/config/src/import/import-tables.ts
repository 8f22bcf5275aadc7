import { mapAt, nodeAt, type MapNode } from '../tree/config-node.ts';
import { carryKeys, type NotCarried, type Plain } from './carry-keys.ts';
import { convertQuery } from './convert-query.ts';
import { TABLE_RULES } from './key-rules.ts';
import type { ImportFinding } from './old-files.ts';

export interface ImportNotes {
  readonly leave: (left: Omit<NotCarried, 'file'>) => void;
  readonly find: (finding: ImportFinding) => void;
}

/** The strategy of tables that name none. */
const OLD_DEFAULT = 'hybrid';

/**
 * The settings of one table, or of default_table_config.
 *
 * @param name `schema.table`; null for default_table_config, which gets a load mode only where it says how the whole table is read
 * @param tables all tables of the pipeline, which depends_on may name without their schemas
 */
export function importTable(name: string | null, map: MapNode, path: readonly string[], strategy: string | null, tables: readonly string[], notes: ImportNotes): Plain {
  const table = carryKeys(map, TABLE_RULES, path, notes.leave);
  const own = table['cdc_strategy'] ?? strategy;
  const lineOf = (key: string): number | null => map.entries.get(key)?.keyOrigin.place?.line ?? null;
  const leave = (key: string, reason: string): void => notes.leave({ line: lineOf(key), key: [...path, key].join('.'), reason });
  importQuery(name, map, path, String(own), table, notes, leave);
  const mode = textAt(map, 'full_sync_mode');
  if (own === 'full_sync') Object.assign(table, loadModeOfFullSync(mode, [...path, 'full_sync_mode'].join('.'), (reason) => leave('full_sync_mode', reason), notes.find));
  else {
    if (mode !== null) leave('full_sync_mode', 'the table is not read whole');
    if (name !== null) {
      table['load_mode'] = 'append';
      notes.find({ severity: 'info', message: `${name} goes on adding rows: load_mode: append, as before`, remedy: 'With a primary key, load_mode: merge keeps one row per key. Rebuild or deduplicate the target first: --allow-rebuild or --dedupe-target.' });
    }
  }
  const needed = nodeAt(map, ['depends_on']);
  if (needed?.kind === 'list') {
    const known = needed.items.flatMap((item) => (item.kind === 'scalar' ? tables.filter((table) => table === item.value || table.endsWith(`.${String(item.value)}`)) : []));
    if (known.length === needed.items.length && name !== null) table['depends_on'] = known;
    else leave('depends_on', name === null ? 'it belongs to single tables' : 'it names a table that the pipeline does not list');
  } else if (needed !== undefined) leave('depends_on', 'it is not a list');
  return table;
}

/** What `pipeline.cdc_settings` and `default_table_config` say of the strategy. */
export function defaultStrategy(pipeline: MapNode): string {
  return textAt(mapAt(pipeline, ['default_table_config']), 'cdc_strategy') ?? textAt(mapAt(pipeline, ['cdc_settings']), 'default_strategy') ?? OLD_DEFAULT;
}

/** A query of a table that is read by it; of another one it meant nothing. */
function importQuery(name: string | null, map: MapNode, path: readonly string[], strategy: string, table: Plain, { find }: ImportNotes, leave: (key: string, reason: string) => void): void {
  const key = [...path, 'custom_query'].join('.');
  const query = textAt(map, 'custom_query');
  if (query === null || query.trim() === '') {
    if (map.entries.has('custom_query')) leave('custom_query', 'it is empty');
    if (strategy === 'custom_sql' && name !== null) find({ severity: 'warning', message: `${[...path, 'cdc_strategy'].join('.')} is custom_sql, and there is no custom_query`, remedy: 'Write custom_query, or choose another strategy.' });
    return;
  }
  if (strategy !== 'custom_sql') return leave('custom_query', `the strategy is ${strategy}, which reads the table itself`);
  if (name === null) return leave('custom_query', 'a query belongs to single tables');
  const cursor = { timestamp: textAt(map, 'cdc_timestamp_column'), id: textAt(map, 'cdc_id_column') };
  const { text, unknown, isBounded } = convertQuery(query, name, cursor);
  table['custom_query'] = text;
  if (unknown.length > 0) find({ severity: 'warning', message: `${key} has ${unknown.join(', ')}, which cannot be taken over`, remedy: 'Write the values, or the parameters :last_timestamp :last_id :until_timestamp :until_id :limit outside of quotes.' });
  if (isBounded) find({ severity: 'info', message: `${key} got a begin and an end around it`, remedy: 'The query may have conditions by :last_… and :until_… inside; then the server can use its indexes.' });
  else find({ severity: 'warning', message: `${key} has no end, and a run refuses it so`, remedy: 'Add a condition with :until_timestamp or :until_id, name cdc_timestamp_column or cdc_id_column, and write no LIMIT but LIMIT :limit.' });
}

/** `append` added the whole table to the target in every run; merge keeps what it put there and is refused while keys repeat. */
function loadModeOfFullSync(mode: string | null, key: string, leave: (reason: string) => void, find: ImportNotes['find']): Plain {
  if (mode === null || mode === 'replace') return { load_mode: 'replace' };
  if (mode === 'paginate') return { load_mode: 'replace', resumable: true };
  if (mode === 'append') {
    leave('a table that is read whole is not appended; it is merged, which removes nothing');
    find({ severity: 'warning', message: `${key}: append is load_mode: merge now`, remedy: 'A target whose keys repeat stops the run until --dedupe-target. Write load_mode: replace for a copy of the source, or scd2 for a history.' });
    return { load_mode: 'merge' };
  }
  leave('it is none of replace, paginate and append');
  return { load_mode: 'merge' };
}

export function textAt(map: MapNode, key: string): string | null {
  const node = map.entries.get(key)?.node;
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : null;
}
