import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const PIPELINE = 'shop_pipeline';

/** How far the bound of a run stays behind the source's time. The default is 5 seconds; the demo waits for it twice. */
export const LAG_SECONDS = 1;

/** The names that the local stack's configuration uses. */
export const SOURCE_DATABASE = 'sales';
export const TARGET_SCHEMA = 'reporting';

const PIPELINE_YAML = `# The sample source of the demo, into the warehouse.
pipeline:
  source: SHOP_RO
  target: dw
  target_schema: ${TARGET_SCHEMA}
  s3_config: s3_local
  processing: { batch_size: 200000 }
  s3: { isolation_prefix: shop/, partition_strategy: table, compression: snappy }
  cdc_settings: { default_strategy: hybrid }
  default_table_config:
    cdc_timestamp_column: updated_at
    cdc_id_column: id
    load_mode: merge
    lag: ${LAG_SECONDS}s
    lookback: 15m
tables:
  sales.customers: {}
  sales.orders: {}
  sales.order_items: {}
  sales.type_samples: {}
  sales.policy_samples:
    types:
      zero_date: to_null
      oversize_string: truncate
      nul_byte: strip
      geometry: hex_wkb
`;

/** Puts the demo's pipeline into a configuration folder of the local stack, in place of the stack's own. */
export async function writePipeline(configFolder: string): Promise<void> {
  await writeFile(join(configFolder, 'pipelines', `${PIPELINE}.yml`), PIPELINE_YAML);
}
