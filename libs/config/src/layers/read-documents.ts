import type { ConfigTexts } from '../config-texts.ts';
import { fillTree } from '../env/fill-tree.ts';
import { parseEnv } from '../env/parse-env.ts';
import { Variables } from '../env/variables.ts';
import type { ConfigProblem } from '../problem/config-problem.ts';
import type { SourceText } from '../problem/source-text.ts';
import type { Origin } from '../resolved.ts';
import { FILE_SCHEMAS, type FileKind } from '../schema/file-kinds.ts';
import { validateTree } from '../schema/validate-tree.ts';
import { emptyMap, nodeAt, type MapNode } from '../tree/config-node.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';

/** Every file as a tree, variables filled in. A file that cannot be used stands as an empty tree. */
export interface ConfigDocuments {
  readonly connections: MapNode;
  readonly pipelines: ReadonlyMap<string, MapNode>;
  readonly templates: ReadonlyMap<string, MapNode>;
  readonly tables: ReadonlyMap<string, MapNode>;
  readonly environments: ReadonlyMap<string, MapNode>;
  /** Trees of files that could not be read as YAML: what refers to them is not judged. */
  readonly damaged: ReadonlySet<MapNode>;
  /** TIDEMARK_HASH_KEY; the process environment beats `.env`. Null when it is not set or empty. */
  readonly hashKey: string | null;
  readonly problems: readonly ConfigProblem[];
}

const HASH_KEY = 'TIDEMARK_HASH_KEY';

const LAYERS: Readonly<Record<FileKind, Origin['layer']>> = { connections: 'pipeline', pipeline: 'pipeline', template: 'template', tables: 'tables', environment: 'environment' };

export function readDocuments(texts: ConfigTexts): ConfigDocuments {
  const problems: ConfigProblem[] = [];
  const damaged = new Set<MapNode>();
  const envFiles = texts.envFiles.map((source) => {
    const parsed = parseEnv(source);
    problems.push(...parsed.problems);
    return parsed.values;
  });

  const parse = (source: SourceText, kind: FileKind): MapNode => {
    const parsed = parseYaml(source, LAYERS[kind]);
    problems.push(...parsed.problems);
    if (parsed.tree !== null) return parsed.tree;
    const nothing = emptyMap({ layer: LAYERS[kind], place: null });
    damaged.add(nothing);
    return nothing;
  };

  const connections = parse(texts.connections, 'connections');
  const context = { ...texts, variables: new Variables(texts.variables, envFiles, allowedByConfiguration(connections)) };
  const finish = (parsed: MapNode, kind: FileKind): MapNode => {
    if (damaged.has(parsed)) return parsed;
    const validated = validateTree(fillTree(parsed, FILE_SCHEMAS[kind], context), kind);
    problems.push(...validated.problems);
    return validated.tree;
  };
  const read = (files: ReadonlyMap<string, SourceText>, kind: FileKind) => new Map([...files].map(([name, source]) => [name, finish(parse(source, kind), kind)] as const));

  return {
    connections: finish(connections, 'connections'),
    pipelines: read(texts.pipelines, 'pipeline'),
    templates: read(texts.templates, 'template'),
    tables: read(texts.tables, 'tables'),
    environments: read(texts.environments, 'environment'),
    damaged,
    hashKey: [texts.variables[HASH_KEY], ...envFiles.map((values) => values.get(HASH_KEY))].find((key) => key !== undefined && key !== '') ?? null,
    problems,
  };
}

/** `env_allow` as written, since it decides what may be filled in. */
function allowedByConfiguration(connections: MapNode): string[] {
  const list = nodeAt(connections, ['env_allow']);
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '' ? [item.value] : []));
}
