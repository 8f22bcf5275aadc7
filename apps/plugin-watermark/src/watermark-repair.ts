import { Flags } from '@oclif/core';
import { changeState, chooseTables, loadedConfig, positionText, requireTables, STATE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { repairWatermark, type Repair } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark repair` */
export class WatermarkRepair extends TidemarkCommand {
  static override summary = 'Rebuild a watermark that is lost, corrupt, behind or ahead.';
  static override description = 'The load ledger in Redshift says what is loaded, the manifests in S3 say what is staged. Nothing is read again and no epoch begins.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders --from-ledger --dry-run', '<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders --from-ledger'];
  static override flags = { ...STATE_FLAGS, 'from-ledger': Flags.boolean({ summary: 'From load ledger and manifests; the only way there is, and the default.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkRepair);
    requireTables(flags);
    const chosen = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    const logger = this.loggerOf(flags);
    await using open = await openPipeline(chosen.pipeline, { logger });
    return await changeState({ flags, chosen, open, logger, signal: this.interruption, question: (tables) => `Rebuild the watermark of ${tables}?`, change: ({ request, ports }) => repairWatermark(request, ports), tell: told });
  }
}

function told(table: string, { before, after, isChanged, isDryRun }: Repair): { text: string; result: object } {
  const { epoch, staged_through: staged, loaded_through: loaded } = after;
  const place = `epoch ${epoch}, staged through batch ${staged.seq}, loaded through batch ${loaded.seq}, ${positionText(staged.position)}`;
  return {
    text: isChanged ? `${table}: ${isDryRun ? 'would be' : 'is'} at ${place}.` : `${table}: nothing to repair; ${place}.`,
    result: { table, dry_run: isDryRun, is_changed: isChanged, epoch_before: before?.epoch ?? null, epoch, staged_through: staged, loaded_through: loaded },
  };
}
