import type { ConfigModel, PipelineModel } from '../layers/config-model.ts';
import { tableLayers } from '../layers/table-layers.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nodeAt, placeAt, type ConfigNode, type MapNode } from '../tree/config-node.ts';
import { textAt } from './scalar-at.ts';

/** Cursor columns by the strategies that read them. */
const CURSORS: Readonly<Record<string, readonly string[]>> = { hybrid: ['cdc_timestamp_column', 'cdc_id_column'], timestamp_only: ['cdc_timestamp_column'], id_only: ['cdc_id_column'], custom_sql: ['cdc_timestamp_column', 'cdc_id_column'] };
/** Key columns by the load modes that compare them. */
const KEYS: Readonly<Record<string, readonly (readonly string[])[]>> = { merge: [['merge_keys']], scd2: [['scd2', 'keys'], ['merge_keys']] };

/** Strategies that read what is new and nothing else. */
const INCREMENTAL: readonly string[] = ['hybrid', 'timestamp_only', 'id_only'];

/** Settings of one table that contradict each other: columns that strategy or mode need and that are not read, rows that a mode cannot take, a strategy without its query. */
export function checkNeededColumns(model: ConfigModel): ConfigProblem[] {
  return [...model.pipelines.values()].flatMap((pipeline) => [...pipeline.tables.entries.keys()].flatMap((table) => checkTable(pipeline, table)));
}

function checkTable(pipeline: PipelineModel, table: string): ConfigProblem[] {
  const settings = tableLayers(pipeline, table, {});
  const strategy = textAt(settings, ['cdc_strategy']) ?? 'hybrid';
  const mode = textAt(settings, ['load_mode']);
  const needed = [
    ...(CURSORS[strategy] ?? []).map((key) => ({ path: [key], reason: `the strategy ${strategy} reads by it` })),
    ...(mode === null ? [] : (KEYS[mode] ?? [])).map((path) => ({ path, reason: `the mode ${mode} compares rows by it` })),
  ];
  const problems = needed.flatMap(({ path, reason }) => textsAt(settings, path).flatMap((column) => whyNotRead(settings, column).map((why) => contradiction(settings, table, path, column, `${column} is ${why}, and ${reason}`))));
  if (textAt(settings, ['null_cursor']) === 'include' && mode !== null && mode !== 'merge') {
    problems.push(contradiction(settings, table, ['null_cursor'], 'include', `null_cursor: include needs load_mode: merge, and it is ${mode}`, 'Write null_cursor: exclude or fail, or load_mode: merge.'));
  }
  if (mode === 'scd2' && textAt(settings, ['scd2', 'expire_missing']) === 'true' && strategy !== 'full_sync') {
    problems.push(contradiction(settings, table, ['scd2', 'expire_missing'], 'true', `scd2.expire_missing needs a complete snapshot, and cdc_strategy is ${strategy}`, 'Write cdc_strategy: full_sync, or remove expire_missing.'));
  }
  if (strategy === 'custom_sql' && nodeAt(settings, ['custom_query']) === undefined) {
    problems.push(contradiction(settings, table, ['cdc_strategy'], strategy, 'custom_sql needs custom_query, and there is none', 'Write custom_query, or another cdc_strategy.'));
  }
  if (strategy === 'full_sync' && mode === 'append') {
    problems.push(contradiction(settings, table, ['load_mode'], mode, 'full_sync reads the whole table in every run, and append would add all of it each time', 'Write load_mode: replace, merge or scd2.'));
  }
  if (mode === 'append' && textAt(settings, ['evolve_backfill']) === 'auto') {
    problems.push(contradiction(settings, table, ['evolve_backfill'], 'auto', 'evolve_backfill: auto reads the table anew, and append would add every row once more', 'Write evolve_backfill: stop, or load_mode: merge or scd2.'));
  }
  if (INCREMENTAL.includes(strategy) && mode === 'replace') {
    problems.push(contradiction(settings, table, ['load_mode'], mode, `replace needs the whole table, and ${strategy} reads what is new`, 'Write cdc_strategy: full_sync, or load_mode: merge.'));
  }
  return problems;
}

/** MySQL compares the names of columns without regard to case. */
function whyNotRead(settings: MapNode, column: string): string[] {
  const has = (key: string): boolean => textsAt(settings, ['columns', key]).some((name) => name.toLowerCase() === column.toLowerCase());
  if (has('exclude')) return ['in columns.exclude'];
  return nodeAt(settings, ['columns', 'include']) !== undefined && !has('include') ? ['not in columns.include'] : [];
}

function textsAt(settings: MapNode, path: readonly string[]): string[] {
  const node = nodeAt(settings, path);
  return (node?.kind === 'list' ? node.items : node === undefined ? [] : [node]).flatMap((item: ConfigNode) => (item.kind === 'scalar' && typeof item.value === 'string' && item.broken === undefined ? [item.value] : []));
}

function contradiction(settings: MapNode, table: string, path: readonly string[], found: string, sentence: string, remedy = 'Read the column, or name another one.'): ConfigProblem {
  return configProblem({ code: 'CONFIG_VALUE', at: placeAt(settings, path, 'value'), path: `tables.${table}.${path.join('.')}`, found, sentence: `tables.${table}.${path.join('.')}: ${sentence}`, remedy });
}
