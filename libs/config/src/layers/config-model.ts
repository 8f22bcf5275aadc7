import { LEASE_SCHEMA, S3_SCHEMA, SOURCE_SCHEMA, TARGET_SCHEMA, TUNNEL_SCHEMA } from '../schema/connections-schema.ts';
import { defaultsOf } from '../schema/defaults-of.ts';
import { PIPELINE_SCHEMA } from '../schema/pipeline-schema.ts';
import type { ClosedMap } from '../schema/schema-node.ts';
import { mapAt, nodeAt, type MapEntry, type MapNode } from '../tree/config-node.ts';
import { mergeAll, mergeTrees } from '../tree/merge-trees.ts';
import { extendsChain } from './extends-chain.ts';
import type { ConfigDocuments } from './read-documents.ts';

/** One pipeline after all layers but the flags. */
export interface PipelineModel {
  readonly identity: string;
  /** Path of its file, as messages show it. */
  readonly file: string;
  readonly alias: string | null;
  /** The part `pipeline:`, defaults below it. */
  readonly settings: MapNode;
  /** The tables that it lists, as `schema.table`. */
  readonly tables: MapNode;
  /** Settings that files of tables/ give to tables that it does not list. */
  readonly unlisted: MapNode;
  /** Its file or a template of it is not YAML. */
  readonly isDamaged: boolean;
}

/** The configuration after all layers but the flags. */
export interface ConfigModel {
  readonly sources: MapNode;
  readonly targets: MapNode;
  readonly s3Configs: MapNode;
  readonly lease: MapNode;
  readonly pipelines: ReadonlyMap<string, PipelineModel>;
}

export function buildModel(documents: ConfigDocuments, environment: string | null): ConfigModel {
  const over = (environment === null ? undefined : documents.environments.get(environment)) ?? mapAt(undefined, []);
  const merged = (path: readonly string[]) => mergeTrees(mapAt(documents.connections, path), mapAt(over, path));
  return {
    sources: withDefaults(merged(['connections', 'sources']), SOURCE_SCHEMA),
    targets: withDefaults(merged(['connections', 'targets']), TARGET_SCHEMA),
    s3Configs: withDefaults(merged(['s3_configs']), S3_SCHEMA),
    lease: mergeTrees(defaultsOf(LEASE_SCHEMA), mapAt(documents.connections, ['lease'])),
    pipelines: new Map([...documents.pipelines].map(([identity, tree]) => [identity, buildPipeline(identity, tree, documents, over)] as const)),
  };
}

/** Lays the defaults of a connection under each of a set; those of a tunnel only where there is one. */
function withDefaults(set: MapNode, schema: ClosedMap): MapNode {
  const defaults = defaultsOf(schema, ['ssh_tunnel']);
  const tunnel = defaultsOf(TUNNEL_SCHEMA);
  const entries = new Map<string, MapEntry>();
  for (const [name, entry] of set.entries) {
    if (entry.node.kind !== 'map') continue;
    const own = entry.node.entries.get('ssh_tunnel');
    const below = own?.node.kind === 'map' ? { ...defaults, entries: new Map([...defaults.entries, ['ssh_tunnel', { keyOrigin: own.keyOrigin, node: tunnel }] as const]) } : defaults;
    entries.set(name, { ...entry, node: mergeTrees(below, entry.node) });
  }
  return { ...set, entries };
}

function buildPipeline(identity: string, file: MapNode, documents: ConfigDocuments, environment: MapNode): PipelineModel {
  const { templates } = extendsChain(file, documents.templates);
  const written = mergeAll([...templates, file]);
  const name = nodeAt(file, ['pipeline', 'name']);
  const alias = name?.kind === 'scalar' && typeof name.value === 'string' && name.broken === undefined ? name.value : null;
  const fragment = mapAt(environment, ['pipelines', identity]);
  const settings = mergeAll([defaultsOf(PIPELINE_SCHEMA, ['default_table_config']), mapAt(written, ['pipeline']), mapAt(environment, ['pipeline']), mapAt(fragment, ['pipeline'])]);

  const files = [...documents.tables.values()];
  const forAll = mergeAll([mapAt(undefined, []), ...files.filter((tablesFile) => nodeAt(tablesFile, ['pipelines']) === undefined).map((tablesFile) => mapAt(tablesFile, ['tables']))]);
  const forThis = files.filter((tablesFile) => names(tablesFile, 'pipelines').some((name) => name === identity || name === alias)).map((tablesFile) => mapAt(tablesFile, ['tables']));
  const ofPipeline = mapAt(written, ['tables']);
  const listed = new Set([ofPipeline, ...forThis, mapAt(fragment, ['tables'])].flatMap((map) => [...map.entries.keys()]));
  const isListed = (table: string): boolean => listed.has(table);
  const laid = [pick(forAll, isListed), ...forThis].reduce(layTablesFile, ofPipeline);
  const tables = mergeTrees(laid, mapAt(fragment, ['tables']));
  return {
    identity,
    file: documents.pipelines.get(identity)?.origin.place?.source.path ?? identity,
    alias,
    settings,
    tables,
    unlisted: pick(forAll, (table) => !isListed(table)),
    isDamaged: [file, ...templates].some((tree) => documents.damaged.has(tree)),
  };
}

/**
 * Lays a file of tables/ over a pipeline's tables. The batch size is the exception of the layers:
 * its order is flag, table, tables file, pipeline, so what the pipeline's own table says stays.
 */
function layTablesFile(tables: MapNode, over: MapNode): MapNode {
  const merged = mergeTrees(tables, over);
  const entries = new Map(merged.entries);
  for (const [table, entry] of entries) {
    const own = mapAt(tables, [table, 'processing']).entries.get('batch_size');
    if (own === undefined || entry.node.kind !== 'map' || !over.entries.has(table)) continue;
    const batchSize: MapNode = { ...entry.node, entries: new Map([['processing', { keyOrigin: own.keyOrigin, node: { ...entry.node, entries: new Map([['batch_size', own]]) } }]]) };
    entries.set(table, { ...entry, node: mergeTrees(entry.node, batchSize) });
  }
  return { ...merged, entries };
}

function names(tree: MapNode, key: string): string[] {
  const list = nodeAt(tree, [key]);
  return list?.kind === 'list' ? list.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [])) : [];
}

function pick(map: MapNode, isWanted: (key: string) => boolean): MapNode {
  return { ...map, entries: new Map([...map.entries].filter(([key]) => isWanted(key))) };
}
