import type { ConfigFlags } from '../config-texts.ts';
import { defaultsOf } from '../schema/defaults-of.ts';
import { TABLE_SCHEMA } from '../schema/table-schema.ts';
import { emptyMap, mapAt, type MapEntry, type MapNode } from '../tree/config-node.ts';
import { fromValue } from '../tree/from-value.ts';
import { mergeAll } from '../tree/merge-trees.ts';
import type { PipelineModel } from './config-model.ts';

/** Flags that hold for every table, as the highest layer. */
function flagLayer({ batchSize }: ConfigFlags): MapNode {
  return fromValue(batchSize === undefined ? {} : { processing: { batch_size: batchSize } }, 'flag');
}

/** Flags that hold for the pipeline, as the highest layer. */
export function pipelineFlagLayer({ batchSize, targetSchema }: ConfigFlags): MapNode {
  return fromValue({ target_schema: targetSchema, ...(batchSize === undefined ? {} : { processing: { batch_size: batchSize } }) }, 'flag');
}

/**
 * The settings of one table after all layers: defaults, what the pipeline sets for all tables,
 * `default_table_config`, the table's own, the flags.
 */
export function tableLayers(pipeline: PipelineModel, table: string, flags: ConfigFlags): MapNode {
  const own = mapAt(pipeline.tables.entries.has(table) ? pipeline.tables : pipeline.unlisted, [table]);
  return mergeAll([defaultsOf(TABLE_SCHEMA), fromPipeline(pipeline.settings), mapAt(pipeline.settings, ['default_table_config']), own, flagLayer(flags)]);
}

function fromPipeline(settings: MapNode): MapNode {
  const entries = new Map<string, MapEntry>();
  const processing = settings.entries.get('processing');
  if (processing !== undefined) entries.set('processing', processing);
  const strategy = mapAt(settings, ['cdc_settings']).entries.get('default_strategy');
  if (strategy !== undefined) entries.set('cdc_strategy', strategy);
  return { ...emptyMap({ layer: 'default', place: null }), entries };
}
