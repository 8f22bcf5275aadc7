import type { ConfigModel, PipelineModel } from '../layers/config-model.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nearMisses } from '../problem/near-misses.ts';
import type { ParsedRedshiftKeys } from '../redshift-keys/parse-redshift-keys.ts';
import { redshiftName } from '../resolve/redshift-name.ts';
import { targetTable } from '../resolve/resolve-table-settings.ts';
import { mapAt } from '../tree/config-node.ts';
import { textAt } from './scalar-at.ts';

/** Entries of redshift_keys.json that no pipeline's table is meant by. Not wrong: a pipeline may take tables that it does not list. */
export function checkUnmatchedKeys(entries: ParsedRedshiftKeys['entries'], model: ConfigModel): readonly ConfigProblem[] {
  const names = [...new Set([...model.pipelines.values()].flatMap((pipeline) => namesOf(pipeline, model)))];
  const known = new Set(names.map((name) => name.toLowerCase()));
  return entries.filter(({ table }) => !known.has(table.toLowerCase())).map(({ table, at }) => {
    const [near] = nearMisses(table, names);
    return configProblem({
      code: 'CONFIG_REFERENCE', at, path: table, found: table, allowed: names,
      sentence: `no pipeline lists the table "${table}", by its name at the source or in Redshift, so its keys are not applied${near === undefined ? '' : `; the nearest is "${near}"`}`,
      remedy: near === undefined ? `List ${table} in a pipeline, or remove the entry.` : `Write ${near} instead of ${table}.`,
    });
  });
}

/** The names by which an entry may mean the tables of a pipeline. */
function namesOf(pipeline: PipelineModel, model: ConfigModel): string[] {
  const target = textAt(pipeline.settings, ['target']);
  const schema = textAt(pipeline.settings, ['target_schema']) ?? (target === null ? null : textAt(model.targets, [target, 'schema']));
  return [pipeline.tables, pipeline.unlisted].flatMap((tables) =>
    [...tables.entries.keys()].filter((table) => table.includes('.')).flatMap((table) => [
      table,
      ...(schema === null ? [] : [`${redshiftName(schema)}.${targetTable(table, textAt(mapAt(tables, [table]), ['target_name']) ?? undefined)}`]),
    ]),
  );
}
