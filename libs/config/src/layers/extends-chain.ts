import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import { nearMisses } from '../problem/near-misses.ts';
import { nodeAt, type MapNode } from '../tree/config-node.ts';

export interface ExtendsChain {
  /** The lowest template first; without the file itself. */
  readonly templates: readonly MapNode[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * The templates that a file takes over, through `extends` of templates too.
 *
 * @param ownName the name of a template; null for a pipeline file
 */
export function extendsChain(file: MapNode, templates: ReadonlyMap<string, MapNode>, ownName: string | null = null): ExtendsChain {
  const chain: MapNode[] = [];
  const names: string[] = ownName === null ? [] : [ownName];
  let current = file;
  for (;;) {
    const reference = nodeAt(current, ['extends']);
    if (reference?.kind !== 'scalar' || typeof reference.value !== 'string' || reference.broken !== undefined) return { templates: chain, problems: [] };
    const name = reference.value;
    const at = reference.origin.place;
    if (names.includes(name)) {
      const circle = names.slice(names.indexOf(name));
      // Each template of a circle meets it; the first by name reports it.
      if (ownName === null || ownName !== [...circle].sort()[0]) return { templates: chain, problems: [] };
      return { templates: chain, problems: [configProblem({ code: 'CONFIG_CYCLE', at, path: 'extends', found: name, sentence: `templates extend each other in a circle: ${[...circle, name].join(' → ')}` })] };
    }
    const template = templates.get(name);
    if (template === undefined) {
      const near = nearMisses(name, templates.keys())[0];
      const problem = configProblem({
        code: 'CONFIG_REFERENCE', at, path: 'extends', found: name, allowed: [...templates.keys()],
        sentence: `extends names the template "${name}", which templates/ does not have${near === undefined ? '' : `; the nearest is "${near}"`}`,
        remedy: near === undefined ? `Add templates/${name}.yml, or use one of: ${[...templates.keys()].join(', ') || 'none exists'}.` : `Write ${near}.`,
      });
      return { templates: chain, problems: [problem] };
    }
    names.push(name);
    chain.unshift(template);
    current = template;
  }
}
