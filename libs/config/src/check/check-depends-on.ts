import type { ConfigModel, PipelineModel } from '../layers/config-model.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nearMisses } from '../problem/near-misses.ts';
import { nodeAt, type ScalarNode } from '../tree/config-node.ts';

/** Dependencies on tables that the pipeline does not list, and tables that wait for each other in a circle. */
export function checkDependsOn(model: ConfigModel): ConfigProblem[] {
  return [...model.pipelines.values()].flatMap((pipeline) => {
    const needs = new Map([...pipeline.tables.entries].map(([table, { node }]) => [table, listed(nodeAt(node, ['depends_on']))]));
    const unknown = [...needs].flatMap(([table, items]) => items.filter(({ value }) => !needs.has(String(value))).map((item) => unlisted(pipeline, table, item, [...needs.keys()])));
    return unknown.length > 0 ? unknown : circles(pipeline, needs);
  });
}

function listed(node: ReturnType<typeof nodeAt>): readonly ScalarNode[] {
  return node?.kind === 'list' ? node.items.filter((item): item is ScalarNode => item.kind === 'scalar' && item.broken === undefined) : [];
}

function unlisted(pipeline: PipelineModel, table: string, item: ScalarNode, known: readonly string[]): ConfigProblem {
  const name = String(item.value);
  const near = nearMisses(name, known)[0];
  return configProblem({
    code: 'CONFIG_REFERENCE', at: item.origin.place, path: `tables.${table}.depends_on`, found: name, allowed: known,
    sentence: `${table} depends on the table ${name}, which the pipeline ${pipeline.identity} does not list${near === undefined ? '' : `; the nearest is ${near}`}`,
    remedy: near === undefined ? `List ${name} in the pipeline, or remove it here.` : `Write ${near}.`,
  });
}

/** One problem for each circle, at the dependency that closes it. */
function circles(pipeline: PipelineModel, needs: ReadonlyMap<string, readonly ScalarNode[]>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const done = new Set<string>();
  const visit = (table: string, way: readonly string[]): void => {
    if (done.has(table)) return;
    for (const item of needs.get(table) ?? []) {
      const next = String(item.value);
      const at = [...way, table].indexOf(next);
      if (at < 0) visit(next, [...way, table]);
      else problems.push(configProblem({
        code: 'CONFIG_CYCLE', at: item.origin.place, path: `tables.${table}.depends_on`, found: next,
        sentence: `tables of the pipeline ${pipeline.identity} wait for each other in a circle: ${[...[...way, table].slice(at), next].join(' → ')}`,
        remedy: 'Remove one of these dependencies.',
      }));
    }
    done.add(table);
  };
  for (const table of needs.keys()) visit(table, []);
  return problems;
}
