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
  const query = textAt(map, 'custom_query');
  if (query !== null) {
    const { text, unknown } = convertQuery(query, name ?? '{table_name}');
    table['custom_query'] = text;
    if (unknown.length > 0) notes.find({ severity: 'warning', message: `${[...path, 'custom_query'].join('.')} has ${unknown.join(', ')}, which mean nothing`, remedy: 'Write the values, or the parameters :last_timestamp :last_id :until_timestamp :until_id :limit.' });
    notes.find({ severity: 'warning', message: `${[...path, 'custom_query'].join('.')} has no upper bound`, remedy: 'Add a condition with :until_timestamp or :until_id, so that rows that are committed late are not passed over.' });
  }
  const mode = textAt(map, 'full_sync_mode');
  if (own === 'full_sync') Object.assign(table, loadModeOfFullSync(mode, (reason) => notes.leave({ line: lineOf('full_sync_mode'), key: [...path, 'full_sync_mode'].join('.'), reason })));
  else {
    if (mode !== null) notes.leave({ line: lineOf('full_sync_mode'), key: [...path, 'full_sync_mode'].join('.'), reason: 'the table is not read whole' });
    if (name !== null) {
      table['load_mode'] = 'append';
      notes.find({ severity: 'info', message: `${name} goes on adding rows: load_mode: append, as before`, remedy: 'With a primary key, load_mode: merge keeps one row per key. Rebuild or deduplicate the target first: --allow-rebuild or --dedupe-target.' });
    }
  }
  const needed = nodeAt(map, ['depends_on']);
  if (needed?.kind === 'list') {
    const known = needed.items.flatMap((item) => (item.kind === 'scalar' ? tables.filter((table) => table === item.value || table.endsWith(`.${String(item.value)}`)) : []));
    if (known.length === needed.items.length && name !== null) table['depends_on'] = known;
    else notes.leave({ line: lineOf('depends_on'), key: [...path, 'depends_on'].join('.'), reason: name === null ? 'it belongs to single tables' : 'it names a table that the pipeline does not list' });
  } else if (needed !== undefined) notes.leave({ line: lineOf('depends_on'), key: [...path, 'depends_on'].join('.'), reason: 'it is not a list' });
  return table;
}

/** What `pipeline.cdc_settings` and `default_table_config` say of the strategy. */
export function defaultStrategy(pipeline: MapNode): string {
  return textAt(mapAt(pipeline, ['default_table_config']), 'cdc_strategy') ?? textAt(mapAt(pipeline, ['cdc_settings']), 'default_strategy') ?? OLD_DEFAULT;
}

function loadModeOfFullSync(mode: string | null, leave: (reason: string) => void): Plain {
  if (mode === null || mode === 'replace') return { load_mode: 'replace' };
  if (mode === 'append') return { load_mode: 'append' };
  if (mode === 'paginate') return { load_mode: 'replace', resumable: true };
  leave('it is none of replace, paginate and append');
  return { load_mode: 'replace' };
}

export function textAt(map: MapNode, key: string): string | null {
  const node = map.entries.get(key)?.node;
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : null;
}
