import { adHocIdentity, withAdHocPipeline } from './ad-hoc.ts';
import { Secret } from '@tidemark/domain';
import { checkCollisions } from './check/check-collisions.ts';
import { checkConnections } from './check/check-connections.ts';
import { checkDependsOn } from './check/check-depends-on.ts';
import { checkNeededColumns } from './check/check-needed-columns.ts';
import { checkReferences } from './check/check-references.ts';
import { checkUnmatchedKeys } from './check/check-unmatched-keys.ts';
import { textAt } from './check/scalar-at.ts';
import type { ConfigFlags, ConfigTexts } from './config-texts.ts';
import { ConfigError } from './errors.ts';
import { explainPath } from './explain.ts';
import { buildModel, type ConfigModel, type PipelineModel } from './layers/config-model.ts';
import { readDocuments, type ConfigDocuments } from './layers/read-documents.ts';
import type { LoadedConfig, LoadedPipeline, NamedSet, PipelineOutline } from './loaded-config.ts';
import { configError, configProblem, type ConfigProblem } from './problem/config-problem.ts';
import { nearMisses } from './problem/near-misses.ts';
import { parseRedshiftKeys } from './redshift-keys/parse-redshift-keys.ts';
import { resolveSource, resolveTarget, type SourceValue, type TargetValue } from './resolve/resolve-connection.ts';
import { resolveLease, resolvePipeline } from './resolve/resolve-pipeline.ts';
import { resolveS3, type S3Value } from './resolve/resolve-s3.ts';
import { neededUnconnected, unconnected, withoutBroken } from './resolve/unconnected.ts';
import type { PipelineSide } from './resolved.ts';
import { NAME, NAME_PATTERN } from './schema/leaves.ts';
import { mapAt, nodeAt, type ConfigNode, type MapNode } from './tree/config-node.ts';
import { brokenValues, toValue } from './tree/to-value.ts';

/**
 * Reads a configuration from texts: parses every file, checks all of them, lays the layers and returns what can be asked.
 * Secrets and unset variables are judged when they are needed; `validate()` judges all.
 *
 * @throws ConfigError exit 10 – with every problem of every file in `details.problems`
 */
export function buildConfig(texts: ConfigTexts): LoadedConfig {
  const documents = readDocuments(texts);
  const model = buildModel(documents, texts.environment);
  const checks = [...checkReferences(documents, model), ...(documents.damaged.size === 0 ? [...checkConnections(model), ...checkCollisions(model), ...checkDependsOn(model), ...checkNeededColumns(model)] : [])];
  const redshiftKeys = texts.redshiftKeys === null ? null : parseRedshiftKeys(texts.redshiftKeys);
  const problems = [...checkFileNames(texts), ...checkEnvironment(texts), ...documents.problems, ...(redshiftKeys?.problems ?? []), ...checks.filter((problem) => !isEcho(problem, documents.problems))];
  if (problems.length > 0) throw configError([...problems, ...brokenInUse(documents, texts.environment)]);

  const sources = namedSet('source', model.sources, (name, node) => resolveSource(name, toValue(node) as SourceValue, texts));
  const targets = namedSet('target', model.targets, (name, node) => resolveTarget(name, toValue(node) as TargetValue, texts));
  const s3Configs = namedSet('S3 configuration', model.s3Configs, (name, node) => resolveS3(name, toValue(node) as S3Value));

  const pipeline = (name: string, flags: ConfigFlags = {}): LoadedPipeline => {
    const found = findModel(model, name);
    const { needs = BOTH } = flags;
    const broken = neededTrees(found, model, needs).flatMap(brokenValues);
    if (broken.length > 0) throw configError(broken);
    const [sourceName, targetName] = [textAt(found.settings, ['source'])!, textAt(found.settings, ['target'])!];
    const source = needs.includes('source') ? sources.get(sourceName) : unconnected(resolveSource(sourceName, toValue(withoutBroken(nodeAt(model.sources, [sourceName])!)) as SourceValue, texts));
    const target = needs.includes('target') ? targets.get(targetName) : unconnected(resolveTarget(targetName, toValue(withoutBroken(nodeAt(model.targets, [targetName])!)) as TargetValue, texts));
    const lease = resolveLease(toValue(model.lease) as Parameters<typeof resolveLease>[0]);
    return resolvePipeline(found, { hashKey: hashKey(documents.hashKey), needs, source, target, s3: s3Configs.get(s3Name(found, model)), lease, keys: redshiftKeys?.keys ?? new Map() }, flags);
  };

  return {
    warnings: checkUnmatchedKeys(redshiftKeys?.entries ?? [], model),
    directory: texts.directory,
    environment: texts.environment,
    pipelines: [...model.pipelines.keys()].sort(),
    outlines: [...model.pipelines.values()].map((found) => outline(found, model)).sort((a, b) => (a.identity < b.identity ? -1 : 1)),
    sources,
    targets,
    s3Configs,
    outline: (name) => outline(findModel(model, name), model),
    pipeline,
    adHoc: (request, flags) => {
      const database = textAt(model.sources, [request.source, 'database']);
      // An unknown source is told by the check of references.
      return buildConfig(withAdHocPipeline(texts, request, database ?? request.source)).pipeline(adHocIdentity(request), flags);
    },
    explain: (path, flags = {}) => explainPath(model, path, flags),
    validate: () => {
      const trees: ConfigNode[] = [model.sources, model.targets, model.s3Configs, model.lease, ...[...model.pipelines.values()].flatMap(({ settings, tables, unlisted }) => [settings, tables, unlisted])];
      const broken = trees.flatMap(brokenValues);
      return broken.length === 0 ? [] : problemsOf(configError(broken));
    },
  };
}

/** A shorter key can be guessed by trying. */
const MIN_HASH_KEY_BYTES = 16;

function hashKey(text: string | null): Secret | null {
  if (text === null) return null;
  const bytes = Buffer.byteLength(text);
  if (bytes < MIN_HASH_KEY_BYTES) throw new ConfigError('HASH_KEY_SHORT', { message: `TIDEMARK_HASH_KEY has ${bytes} bytes; at least ${MIN_HASH_KEY_BYTES} are needed`, details: { bytes, least: MIN_HASH_KEY_BYTES } });
  return new Secret(text);
}

/** Values that cannot be had, in all files but those of other environments. */
function brokenInUse(documents: ConfigDocuments, environment: string | null): ConfigProblem[] {
  const chosen = environment === null ? undefined : documents.environments.get(environment);
  const sets = [documents.pipelines, documents.templates, documents.tables].flatMap((set) => [...set.values()]);
  return [documents.connections, ...sets, ...(chosen === undefined ? [] : [chosen])].flatMap(brokenValues);
}

function problemsOf(error: ConfigError): readonly ConfigProblem[] {
  return error.details['problems'] as readonly ConfigProblem[];
}

/** True when a key is missing only because it is misspelled, which is reported already. */
function isEcho(problem: ConfigProblem, known: readonly ConfigProblem[]): boolean {
  const cut = problem.path.lastIndexOf('.');
  const [parent, key] = [problem.path.slice(0, cut + 1), problem.path.slice(cut + 1)];
  return known.some(({ code, path, file }) => code === 'CONFIG_UNKNOWN_KEY' && file === problem.file && path.startsWith(parent) && nearMisses(path.slice(parent.length), [key]).length > 0);
}

function checkFileNames(texts: ConfigTexts): ConfigProblem[] {
  const sets = [texts.pipelines, texts.templates, texts.tables, texts.environments];
  return sets.flatMap((set) =>
    [...set].filter(([name]) => !new RegExp(NAME_PATTERN).test(name)).map(([name, source]) =>
      configProblem({ code: 'CONFIG_VALUE', at: { source, line: 1, column: 1, length: 1 }, path: '', found: name, allowed: [NAME.title], sentence: `the file's name "${name}" is not ${NAME.title}`, remedy: 'Rename the file.' }),
    ),
  );
}

function checkEnvironment({ environment, environments, envFiles }: ConfigTexts): ConfigProblem[] {
  if (environment === null || environments.has(environment) || envFiles.some(({ path }) => path.endsWith(`.env.${environment}`))) return [];
  const known = [...environments.keys()];
  const near = nearMisses(environment, known)[0];
  return [
    configProblem({
      code: 'CONFIG_REFERENCE', at: null, found: environment, allowed: known,
      sentence: `the environment "${environment}" has neither environments/${environment}.yml nor .env.${environment}${near === undefined ? '' : `; the nearest is "${near}"`}`,
      remedy: known.length === 0 ? `Add environments/${environment}.yml, or choose no environment.` : `Choose one of: ${known.join(', ')}; or add environments/${environment}.yml.`,
    }),
  ];
}

const BOTH: readonly PipelineSide[] = ['source', 'target'];

/** The parts of the configuration that a run of the pipeline reads. */
function neededTrees(pipeline: PipelineModel, model: ConfigModel, needs: readonly PipelineSide[]): ConfigNode[] {
  const side = (name: PipelineSide, set: MapNode): MapNode => {
    const connection = mapAt(set, [textAt(pipeline.settings, [name]) ?? '']);
    return needs.includes(name) ? connection : neededUnconnected(name, connection);
  };
  return [pipeline.settings, pipeline.tables, pipeline.unlisted, model.lease, side('source', model.sources), side('target', model.targets), mapAt(model.s3Configs, [s3Name(pipeline, model)])];
}

function s3Name(pipeline: PipelineModel, model: ConfigModel): string {
  return textAt(pipeline.settings, ['s3_config']) ?? [...model.s3Configs.entries.keys()][0] ?? '';
}

function findModel(model: ConfigModel, name: string): PipelineModel {
  const all = [...model.pipelines.values()];
  const found = model.pipelines.get(name) ?? all.find((pipeline) => pipeline.alias === name);
  if (found !== undefined) return found;
  const known = all.flatMap(({ identity, alias }) => (alias === null ? [identity] : [identity, alias]));
  throw unknown('PIPELINE_UNKNOWN', 'pipeline', name, known);
}

function unknown(code: 'PIPELINE_UNKNOWN' | 'CONNECTION_UNKNOWN', what: string, name: string, known: readonly string[]): ConfigError {
  const near = nearMisses(name, known);
  const hint = near.length > 0 ? `; did you mean ${near.slice(0, 3).join(' or ')}?` : known.length > 0 ? `; known are ${known.join(', ')}` : '; none is configured';
  return new ConfigError(code, { message: `there is no ${what} "${name}"${hint}`, details: { name, nearMisses: near, known } });
}

function outline({ identity, alias, file, settings, tables }: PipelineModel, model: ConfigModel): PipelineOutline {
  const source = textAt(settings, ['source']);
  return {
    identity,
    alias,
    file,
    source,
    target: textAt(settings, ['target']),
    sourceDatabase: source === null ? null : textAt(model.sources, [source, 'database']),
    tables: [...tables.entries.keys()],
    isStrict: textAt(settings, ['strict_tables']) === 'true',
  };
}

function namedSet<T>(what: string, set: MapNode, resolve: (name: string, node: ConfigNode) => T): NamedSet<T> {
  const names = [...set.entries.keys()].sort();
  return {
    names,
    get(name) {
      const node = nodeAt(set, [name]);
      if (node === undefined) throw unknown('CONNECTION_UNKNOWN', what, name, names);
      const broken = brokenValues(node);
      if (broken.length > 0) throw configError(broken);
      return resolve(name, node);
    },
  };
}
