import type { ConfigFlags } from './config-texts.ts';
import { ConfigError } from './errors.ts';
import type { ConfigModel, PipelineModel } from './layers/config-model.ts';
import { pipelineFlagLayer, tableLayers } from './layers/table-layers.ts';
import { looksSecret } from './problem/mask-lines.ts';
import { nearMisses } from './problem/near-misses.ts';
import type { Origin } from './resolved.ts';
import { emptyMap, type ConfigNode, type MapEntry, type MapNode, type NodeOrigin } from './tree/config-node.ts';
import { mergeTrees } from './tree/merge-trees.ts';

export interface SetValue {
  /** JSON value; `[secret]` for secrets, null for one that cannot be had. */
  readonly value: unknown;
  readonly origin: Origin;
}

export interface ExplainedValue extends SetValue {
  /** Full path of the value. */
  readonly path: string;
  /** What lower layers say, the next lower first. */
  readonly replaced: readonly SetValue[];
}

const NOWHERE: NodeOrigin = { layer: 'default', place: null };

/** See `LoadedConfig.explain`. */
export function explainPath(model: ConfigModel, path: string, flags: ConfigFlags): ExplainedValue[] {
  const found = descend(treeOf(model, flags, /^pipelines\.([^.]+)/.exec(path)?.[1] ?? null), path);
  if (typeof found === 'string') {
    throw new ConfigError('EXPLAIN_UNKNOWN', { message: `nothing is configured at ${path}${found === '' ? '' : `; ${found}`}`, details: { path } });
  }
  return leaves(found.node, found.path);
}

export function toOrigin({ layer, place }: NodeOrigin): Origin {
  return { layer, file: place?.source.path ?? null, line: place?.line ?? null };
}

/** @param named the pipeline that the path names: an alias is a name, and no pipeline more */
function treeOf(model: ConfigModel, flags: ConfigFlags, named: string | null): MapNode {
  return mapOf({
    connections: mapOf({ sources: model.sources, targets: model.targets }),
    s3_configs: model.s3Configs,
    lease: model.lease,
    pipelines: mapOf(Object.fromEntries([...model.pipelines.values()].flatMap((pipeline) => [pipeline.identity, ...(pipeline.alias !== null && pipeline.alias === named ? [pipeline.alias] : [])].map((name) => [name, pipelineTree(pipeline, flags)])))),
  });
}

function pipelineTree(pipeline: PipelineModel, flags: ConfigFlags): MapNode {
  const names = [...pipeline.tables.entries.keys(), ...pipeline.unlisted.entries.keys()];
  return mapOf({
    pipeline: mergeTrees(pipeline.settings, pipelineFlagLayer(flags)),
    tables: mapOf(Object.fromEntries(names.map((name) => [name, tableLayers(pipeline, name, flags)]))),
  });
}

function mapOf(children: Readonly<Record<string, MapNode>>): MapNode {
  return { ...emptyMap(NOWHERE), entries: new Map(Object.entries(children).map(([key, node]): [string, MapEntry] => [key, { keyOrigin: NOWHERE, node }])) };
}

/** Follows a dotted path; since keys may hold dots, the longest key that fits is taken. A text says why there is nothing. */
function descend(root: MapNode, path: string): { node: ConfigNode; path: string } | string {
  let node: ConfigNode = root;
  let rest = path;
  while (rest !== '') {
    if (node.kind !== 'map') return '';
    const keys: string[] = [...node.entries.keys()];
    const key = keys.filter((candidate) => rest === candidate || rest.startsWith(`${candidate}.`)).sort((a, b) => b.length - a.length)[0];
    if (key === undefined) return suggestion(rest, keys);
    node = node.entries.get(key)!.node;
    rest = rest.slice(key.length + 1);
  }
  return { node, path };
}

function suggestion(rest: string, keys: readonly string[]): string {
  const near = nearMisses(rest, keys)[0] ?? nearMisses(rest.split('.')[0]!, keys)[0];
  if (near !== undefined) return `the nearest is ${near}`;
  return keys.length === 0 ? '' : `known are ${keys.slice(0, 20).join(', ')}`;
}

function leaves(node: ConfigNode, path: string): ExplainedValue[] {
  if (node.kind === 'map') return [...node.entries].flatMap(([key, entry]) => leaves(entry.node, path === '' ? key : `${path}.${key}`));
  const replaced: SetValue[] = [];
  for (let below = node.replaces; below !== undefined; below = below.kind === 'map' ? undefined : below.replaces) replaced.push(shown(below, path));
  const own = shown(node, path);
  return [{ path, ...own, replaced: replaced.filter((value, index) => !isSame(value, replaced[index - 1] ?? own)) }];
}

/** Defaults of a pipeline and of its tables are one default to a reader. */
function isSame(a: SetValue, b: SetValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shown(node: ConfigNode, path: string): SetValue {
  return { value: shownValue(node, path.split('.').at(-1) ?? ''), origin: toOrigin(node.origin) };
}

function shownValue(node: ConfigNode, key: string): unknown {
  if (node.kind === 'list') return node.items.map((item) => shownValue(item, key));
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([name, entry]) => [name, shownValue(entry.node, name)]));
  return node.isSecret === true || looksSecret(key) ? '[secret]' : node.broken !== undefined ? null : node.value;
}
