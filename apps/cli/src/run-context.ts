import type { LoadedPipeline, PipelineSide } from '@tidemark/config';
import type { SyncStages } from '@tidemark/sync-engine/engine';

/** What the run works with, for its result. */
export function contextOf(pipeline: LoadedPipeline, stages: SyncStages): Readonly<Record<string, unknown>> {
  return {
    stages,
    source: pipeline.source.name,
    target: pipeline.target.name,
    s3_config: pipeline.s3.name,
    bucket: pipeline.s3.bucket,
    batch_sizes: Object.fromEntries(pipeline.tables.map((table) => [table.name, table.processing.batchSize])),
  };
}

/** What the run works with and where each choice was made, for a person. */
export function contextLines(pipeline: LoadedPipeline, stages: SyncStages): readonly string[] {
  const from = (name: keyof LoadedPipeline['origins']): string => {
    const { layer, file, line } = pipeline.origins[name];
    return file === null ? layer : `${file}${line === null ? '' : `:${line}`}`;
  };
  const whereabouts = (side: PipelineSide): string => {
    const { host, port, database } = pipeline[side];
    return pipeline.needs.includes(side) ? `${host}:${port}/${database}` : 'not reached';
  };
  const [table] = pipeline.tables;
  const lines = [
    `source  ${pipeline.source.name} (${whereabouts('source')}), ${from('source')}`,
    `target  ${pipeline.target.name} (${whereabouts('target')}), schema ${table?.targetSchema ?? pipeline.target.schema}, ${from('target')}`,
    `s3      ${pipeline.s3.name}, bucket ${pipeline.s3.bucket}, ${from('s3')}`,
    ...(table === undefined ? [] : [`batch   ${table.processing.batchSize} rows, ${from('batchSize')}`]),
  ];
  return stages === 'both' ? lines : [...lines, `stages  ${stages}`];
}
