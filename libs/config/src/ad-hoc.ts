import type { ConfigTexts } from './config-texts.ts';

/** A pipeline that stands in no file: tables of one source that go to one target. Settings that are not given are those of every pipeline. */
export interface AdHocPipeline {
  readonly source: string;
  readonly target: string;
  /** The only one when it is not given. */
  readonly s3Config?: string;
  /** `schema.table`, or a bare name of the source's database. */
  readonly tables: readonly string[];
  /** Settings of the tables, by the keys of the configuration files. */
  readonly tableSettings?: Readonly<Record<string, unknown>>;
}

/** How an ad-hoc pipeline is called in state, keys and results. */
export function adHocIdentity({ source, target }: Pick<AdHocPipeline, 'source' | 'target'>): string {
  return `adhoc_${source}_to_${target}`;
}

/**
 * The texts of a configuration with one more pipeline, checked and layered like one that stands in a file.
 * @param database of the source, for bare names
 */
export function withAdHocPipeline(texts: ConfigTexts, request: AdHocPipeline, database: string): ConfigTexts {
  const identity = adHocIdentity(request);
  const tables = Object.fromEntries(request.tables.map((name) => [name.includes('.') ? name : `${database}.${name}`, request.tableSettings ?? {}]));
  const document = { pipeline: { source: request.source, target: request.target, ...(request.s3Config === undefined ? {} : { s3_config: request.s3Config }) }, tables };
  return { ...texts, pipelines: new Map([...texts.pipelines, [identity, { path: 'the command line', text: JSON.stringify(document, null, 2) }]]) };
}
