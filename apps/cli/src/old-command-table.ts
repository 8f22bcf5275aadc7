/** A command line of the replaced tool and today's; docs/old-commands.md is made from this table. */
export interface OldCommand {
  readonly old: string;
  readonly now: string;
  /** What is different, where something is. */
  readonly note?: string;
}

const SAME = (line: string, note?: string): OldCommand => ({ old: line, now: line, ...(note === undefined ? {} : { note }) });

/** Every command of the replaced tool, by group. All of these lines are still taken. */
export const OLD_COMMANDS: Readonly<Record<string, readonly OldCommand[]>> = {
  sync: [
    SAME('sync pipeline -p shop_pipeline', 'every table of the pipeline'),
    { old: 'sync pipeline -p shop_pipeline -t sales.orders sales.payments', now: 'sync pipeline -p shop_pipeline -t sales.orders -t sales.payments', note: 'several names after one flag are taken too' },
    SAME('sync pipeline -p shop_pipeline -t sales.orders --limit 1000 --max-chunks 5'),
    SAME('sync pipeline -p shop_pipeline --batch-size 50000'),
    SAME('sync pipeline -p shop_pipeline --backup-only'),
    SAME('sync pipeline -p shop_pipeline --redshift-only', 'loads what is staged; with nothing staged it succeeds with 0 rows'),
    SAME('sync pipeline -p shop_pipeline --dry-run', 'or sync plan'),
    { old: 'sync pipeline -p shop_pipeline --parallel', now: 'sync pipeline -p shop_pipeline', note: 'the number of tables at a time is processing.max_parallel_tables; the bare flag has no effect' },
    { old: 'sync pipeline -p shop_pipeline --max-workers 4', now: 'sync pipeline -p shop_pipeline --parallel 4' },
    SAME('sync pipeline -p shop_pipeline --json-output result.json'),
    SAME('sync pipeline -p shop_pipeline --s3-completion-bucket example-markers'),
    SAME('sync connections -s SHOP_RO -r dw -t sales.orders --timestamp-column updated_at --id-column id'),
    SAME('sync -t sales.orders -p shop_pipeline', 'the pipeline may be left out'),
    SAME('sync -t sales.orders -c SHOP_RO'),
  ],
  watermark: [
    SAME('watermark get -t sales.orders -p shop_pipeline'),
    SAME('watermark get -t sales.orders --show-files'),
    SAME("watermark set -t sales.orders --timestamp '2026-01-01 00:00:00' --id 5 --yes", 'what is not given keeps its value'),
    SAME('watermark reset -t sales.orders --yes'),
    SAME('watermark reset -t sales.orders --preserve-files --yes', 'loads what is staged first'),
    { old: 'watermark force-reset -t sales.orders', now: 'watermark reset --force -t sales.orders' },
    SAME('watermark list -p shop_pipeline'),
    { old: 'watermark-count set-count -t sales.orders --count 1200 --yes', now: 'watermark count set -t sales.orders --count 1200 --yes' },
    { old: 'watermark-count validate-counts -t sales.orders', now: 'watermark count validate -t sales.orders' },
  ],
  s3clean: [
    SAME('s3clean list -t sales.orders --show-timestamps'),
    SAME('s3clean list -p shop_pipeline --older-than 7d --pattern *.parquet'),
    SAME('s3clean clean -t sales.orders --older-than 7d --dry-run', 'only loaded files; --include-unloaded asks for the table’s name'),
    SAME('s3clean clean -t sales.orders -p shop_pipeline --pattern *.parquet --simple-delete --force'),
    SAME('s3clean clean-all -p shop_pipeline --older-than 30d --force'),
  ],
  config: [
    SAME('config setup', 'asks at a terminal; flags answer too'),
    SAME('config list-pipelines'),
    SAME('config show-pipeline shop_pipeline', 'or with -p'),
    SAME('config validate-pipeline shop_pipeline', 'or with -p'),
    SAME('config status'),
    { old: 'multi-schema setup', now: 'config setup' },
    { old: 'multi-schema info', now: 'config status' },
  ],
  connections: [SAME('connections list'), SAME('connections test SHOP_RO', 'through its tunnel'), SAME('connections info SHOP_RO'), SAME('connections health')],
  cdc: [
    SAME('cdc strategies'),
    SAME('cdc validate -p shop_pipeline'),
    SAME('cdc test-strategy -p shop_pipeline -t sales.orders'),
    { old: 'cdc validate-pipeline shop_pipeline', now: 'config validate-pipeline shop_pipeline' },
    { old: 'cdc examples', now: 'cdc strategies' },
  ],
  'column-mappings': [
    SAME('column-mappings list -p shop_pipeline'),
    SAME('column-mappings show -t sales.orders'),
    SAME('column-mappings clear -t sales.orders --yes'),
    { old: 'column-mappings clear-all -p shop_pipeline --yes', now: 'column-mappings clear --all -p shop_pipeline --yes' },
  ],
  'at a glance': [SAME('status'), SAME('info'), SAME('version'), SAME('features')],
};
