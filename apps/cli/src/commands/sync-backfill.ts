import { Flags, type Interfaces } from '@oclif/core';
import { chooseTables, CliError, PIPELINE_FLAGS, requireTables, type ChosenTables, type PipelineChoice } from '@tidemark/cli-kit';
import type { ConfigFlags, LoadedConfig } from '@tidemark/config';
import type { BackfillOrder } from '@tidemark/sync-engine/engine';
import { SyncCommand, type SyncFlags } from '../sync/sync-command.ts';
import { SYNC_FLAGS } from '../sync/sync-flags.ts';

const { limit: _limit, 'max-chunks': _chunks, 'redshift-only': _loads, ...READING_FLAGS } = SYNC_FLAGS;

const RANGE_FLAGS = {
  from: Flags.string({ helpValue: 'TIME', exclusive: ['hours', 'from-id', 'to-id'], summary: 'From this time of the cursor on, as the server writes it.' }),
  to: Flags.string({ helpValue: 'TIME', exclusive: ['hours', 'from-id', 'to-id'], summary: 'Below this time; up to now without it.' }),
  'from-id': Flags.string({ helpValue: 'ID', exclusive: ['hours'], summary: 'From this id on.' }),
  'to-id': Flags.string({ helpValue: 'ID', exclusive: ['hours'], summary: 'Through this id.' }),
  hours: Flags.integer({ min: 1, helpValue: 'N', summary: 'The last N hours by the server’s clock.' }),
};

type RangeFlags = Interfaces.InferredFlags<typeof RANGE_FLAGS>;

/** `tidemark sync backfill` */
export class SyncBackfill extends SyncCommand {
  static override summary = 'Read a range of tables once more and merge it; the watermark stays where it is.';
  static override description = 'Rows that changed without the cursor noticing, or that were deleted in Redshift, come back. Running it again is safe.';
  static override examples = [
    "<%= config.bin %> <%= command.id %> -t sales.orders --from '2026-01-01' --to '2026-02-01'",
    '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --from-id 1000 --to-id 2000 --dry-run',
    '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders -t sales.customers --hours 24',
  ];
  static override flags = { ...PIPELINE_FLAGS, ...RANGE_FLAGS, ...READING_FLAGS };

  protected override choose(config: LoadedConfig, flags: SyncFlags & PipelineChoice, overrides: ConfigFlags): ChosenTables {
    requireTables(flags);
    this.backfill(flags);
    return chooseTables(config, flags, overrides);
  }

  protected override backfill(flags: SyncFlags): BackfillOrder {
    const { from, to, 'from-id': fromId, 'to-id': toId, hours } = flags as SyncFlags & RangeFlags;
    if (hours !== undefined) return { by: 'hours', hours };
    if (from !== undefined || to !== undefined) return { by: 'time', from: from ?? null, to: to ?? null };
    if (fromId !== undefined || toId !== undefined) return { by: 'id', from: fromId ?? null, to: toId ?? null };
    throw new CliError('CLI_USAGE', { message: 'No range is given.', remedy: ['Add --from and --to, --from-id and --to-id, or --hours.'] });
  }
}
