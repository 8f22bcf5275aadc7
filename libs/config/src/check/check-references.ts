import type { ConfigModel, PipelineModel } from '../layers/config-model.ts';
import { extendsChain } from '../layers/extends-chain.ts';
import type { ConfigDocuments } from '../layers/read-documents.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nearMisses } from '../problem/near-misses.ts';
import type { Place } from '../problem/source-text.ts';
import { mapAt, nodeAt, placeAt, type MapNode } from '../tree/config-node.ts';
import { scalarAt } from './scalar-at.ts';

/** Every name that refers to something which does not exist, and templates that extend each other in a circle. */
export function checkReferences(documents: ConfigDocuments, model: ConfigModel): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [name, template] of documents.templates) problems.push(...extendsChain(template, documents.templates, name).problems);
  const isConnectionsDamaged = documents.damaged.has(documents.connections);
  for (const [identity, file] of documents.pipelines) {
    problems.push(...extendsChain(file, documents.templates).problems);
    const pipeline = model.pipelines.get(identity);
    if (pipeline === undefined || pipeline.isDamaged || isConnectionsDamaged) continue;
    problems.push(...checkPipeline(pipeline, file, model));
  }
  problems.push(...checkTablesFiles(documents, model), ...checkEnvironments(documents, model));
  return problems;
}

function checkPipeline(pipeline: PipelineModel, file: MapNode, model: ConfigModel): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const check = (key: string, what: string, set: MapNode) => {
    const node = scalarAt(pipeline.settings, [key]);
    const known = [...set.entries.keys()];
    if (node === null && nodeAt(pipeline.settings, [key]) !== undefined) return;
    if (node === null) {
      if (key === 's3_config' && known.length === 1) return;
      const reason = key === 's3_config' && known.length > 1 ? `, and there are several: ${known.join(', ')}` : '';
      problems.push(configProblem({ code: 'CONFIG_REFERENCE', at: placeAt(file, ['pipeline'], 'key') ?? startOf(file), path: `pipeline.${key}`, allowed: known, sentence: `the pipeline ${pipeline.identity} has no ${key}${reason}`, remedy: `Add ${key} to pipeline${known.length === 0 ? '' : `; defined are ${known.join(', ')}`}.` }));
      return;
    }
    if (node.broken !== undefined || set.entries.has(String(node.value))) return;
    problems.push(unknownName({ at: node.origin.place, path: `pipeline.${key}`, name: String(node.value), what, known }));
  };
  check('source', 'source', model.sources);
  check('target', 'target', model.targets);
  check('s3_config', 'S3 configuration', model.s3Configs);
  return problems;
}

function checkTablesFiles(documents: ConfigDocuments, model: ConfigModel): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const listed = new Set([...model.pipelines.values()].flatMap((pipeline) => [...pipeline.tables.entries.keys()]));
  const isAnyDamaged = [...model.pipelines.values()].some((pipeline) => pipeline.isDamaged);
  const known = pipelineNames(model);
  for (const file of documents.tables.values()) {
    const pipelines = nodeAt(file, ['pipelines']);
    if (pipelines?.kind === 'list') {
      for (const item of pipelines.items) {
        if (item.kind !== 'scalar' || item.broken !== undefined || typeof item.value !== 'string' || known.includes(item.value)) continue;
        problems.push(unknownName({ at: item.origin.place, path: 'pipelines', name: item.value, what: 'pipeline', known }));
      }
      continue;
    }
    if (isAnyDamaged) continue;
    for (const [table, entry] of mapAt(file, ['tables']).entries) {
      if (listed.has(table)) continue;
      const near = nearMisses(table, listed)[0];
      problems.push(configProblem({
        code: 'CONFIG_REFERENCE', at: entry.keyOrigin.place, path: `tables.${table}`, found: table, allowed: [...listed],
        sentence: `no pipeline lists the table ${table}${near === undefined ? '' : `; the nearest is ${near}`}`,
        remedy: near === undefined ? 'List the table in a pipeline, or name the pipelines that read it under pipelines:.' : `Write ${near}, or list the table in a pipeline.`,
      }));
    }
  }
  return problems;
}

function checkEnvironments(documents: ConfigDocuments, model: ConfigModel): ConfigProblem[] {
  const known = [...model.pipelines.keys()];
  return [...documents.environments.values()].flatMap((file) =>
    [...mapAt(file, ['pipelines']).entries]
      .filter(([name]) => !known.includes(name))
      .map(([name, entry]) => unknownName({ at: entry.keyOrigin.place, path: `pipelines.${name}`, name, what: 'pipeline', known })),
  );
}

function pipelineNames(model: ConfigModel): string[] {
  return [...model.pipelines.values()].flatMap(({ identity, alias }) => (alias === null ? [identity] : [identity, alias]));
}

function startOf(file: MapNode): Place | null {
  return file.origin.place;
}

function unknownName({ at, path, name, what, known }: { at: Place | null; path: string; name: string; what: string; known: readonly string[] }): ConfigProblem {
  const near = nearMisses(name, known)[0];
  return configProblem({
    code: 'CONFIG_REFERENCE', at, path, found: name, allowed: known,
    sentence: `${path} names the ${what} "${name}", which does not exist${near === undefined ? '' : `; the nearest is "${near}"`}`,
    remedy: near === undefined ? (known.length === 0 ? `Define the ${what} ${name}.` : `Define the ${what} ${name}, or use one of: ${known.join(', ')}.`) : `Write ${near}.`,
  });
}
