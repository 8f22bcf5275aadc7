import type { ConfigModel, PipelineModel } from '../layers/config-model.ts';
import { configProblem, type ConfigProblem } from '../problem/config-problem.ts';
import type { Place } from '../problem/source-text.ts';
import { fileForm } from '@tidemark/layout';
import { TABLE_NAME_PATTERN } from '../schema/leaves.ts';
import { keyPrefix } from '../resolve/key-prefix.ts';
import { redshiftName } from '../resolve/redshift-name.ts';
import { targetTable } from '../resolve/resolve-table-settings.ts';
import { placeAt } from '../tree/config-node.ts';
import { textAt } from './scalar-at.ts';

interface Claim {
  readonly place: Place | null;
  readonly pipeline: string;
  /** What claims it: a scoped table name or a pipeline. */
  readonly claimant: string;
}

/** Names, stored files and target tables that two would share. */
export function checkCollisions(model: ConfigModel): ConfigProblem[] {
  const pipelines = [...model.pipelines.values()];
  return [...checkNames(pipelines), ...checkTables(pipelines, model)];
}

function checkNames(pipelines: readonly PipelineModel[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const pipeline of pipelines) {
    const { alias } = pipeline;
    if (alias === null) continue;
    const others = pipelines.filter((other) => other !== pipeline && (other.identity === alias || (other.alias === alias && other.identity < pipeline.identity)));
    for (const other of others) {
      problems.push(configProblem({
        code: 'CONFIG_COLLISION', at: placeAt(pipeline.settings, ['name'], 'value'), path: 'pipeline.name', found: alias,
        sentence: `the pipelines ${other.identity} and ${pipeline.identity} both answer to the name "${alias}"`,
        remedy: 'Give one of them another name.',
      }));
    }
  }
  return problems;
}

/** A name that is none is reported by its schema; it has no file form. */
const IS_TABLE_NAME = new RegExp(TABLE_NAME_PATTERN);

function checkTables(pipelines: readonly PipelineModel[], model: ConfigModel): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const forms = new Map<string, Claim>();
  const targets = new Map<string, Claim>();
  for (const pipeline of pipelines) {
    const source = textAt(pipeline.settings, ['source']);
    const target = textAt(pipeline.settings, ['target']);
    const schema = textAt(pipeline.settings, ['target_schema']) ?? (target === null ? null : textAt(model.targets, [target, 'schema']));
    for (const [table, entry] of pipeline.tables.entries) {
      const claim: Claim = { place: entry.keyOrigin.place, pipeline: pipeline.identity, claimant: `${source ?? '?'}:${table}` };
      const report = (first: Claim, sentence: string, remedy: string) =>
        problems.push(configProblem({ code: 'CONFIG_COLLISION', at: claim.place, path: `tables.${table}`, found: table, remedy, sentence: `${sentence} (the first at ${placeText(first.place)})` }));
      if (source !== null && IS_TABLE_NAME.test(table)) {
        const form = fileForm(claim.claimant);
        const first = claimed(forms, `${storeOf(pipeline, model)} ${form}`, claim, (known) => known.claimant !== claim.claimant);
        if (first !== null) report(first, `the tables ${first.claimant} and ${claim.claimant} share the file form ${form}`, 'Keep one of the two in this pipeline; another pipeline with an isolation_prefix of its own can read the other.');
      }
      if (target !== null && schema !== null) {
        const name = `${redshiftName(schema)}.${targetTable(table, textAt(entry.node, ['target_name']) ?? undefined)}`;
        const first = claimed(targets, `${databaseOf(target, model)} ${name}`, claim, () => true);
        if (first !== null) report(first, `${first.claimant} of the pipeline ${first.pipeline} and ${claim.claimant} of the pipeline ${claim.pipeline} both write the table ${name} of the target ${target}`, 'Give one of the two another target_name or target_schema.');
      }
    }
  }
  return problems;
}

/** The one who claimed the key first, if that is in conflict with the claim. */
function claimed(claims: Map<string, Claim>, key: string, claim: Claim, isConflict: (first: Claim) => boolean): Claim | null {
  const first = claims.get(key);
  if (first === undefined) claims.set(key, claim);
  return first !== undefined && isConflict(first) ? first : null;
}

/** Where a pipeline's files go; tables of one store must differ in their file forms. */
function storeOf(pipeline: PipelineModel, model: ConfigModel): string {
  const s3 = textAt(pipeline.settings, ['s3_config']) ?? [...model.s3Configs.entries.keys()][0] ?? '';
  const part = (key: string) => textAt(model.s3Configs, [s3, key]);
  const place = part('bucket_name') === null ? s3 : `${part('endpoint') ?? ''} ${part('bucket_name')} ${keyPrefix(part('incremental_path') ?? '')}`;
  return `${place}${keyPrefix(textAt(pipeline.settings, ['s3', 'isolation_prefix']) ?? '')}`;
}

/** One database under two names is still one database. */
function databaseOf(target: string, model: ConfigModel): string {
  const part = (...path: string[]) => textAt(model.targets, [target, ...path]);
  const [host, port, database] = [part('host'), part('port'), part('database')];
  // Behind two ssh servers one host name may mean two hosts.
  return host === null || database === null ? target : `${part('ssh_tunnel', 'host') ?? ''} ${host.toLowerCase()}:${port}/${database}`;
}

function placeText(place: Place | null): string {
  return place === null ? 'no file' : `${place.source.path}:${place.line}`;
}
