import { randomBytes, randomUUID } from 'node:crypto';
import { Flags } from '@oclif/core';
import { chooseTables, CliError, confirm, Interruption, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, type CommandOutcome } from '@tidemark/cli-kit';
import { runId } from '@tidemark/layout';
import { resetWatermark } from '@tidemark/sync-engine/engine';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark watermark reset` */
export class WatermarkReset extends TidemarkCommand {
  static override summary = 'Begin a new epoch: the next sync reads the table from the beginning.';
  static override description = 'Batches that are staged and not loaded will never load. The rows that stand in Redshift stay and are merged with what is read.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline -t sales.orders', '<%= config.bin %> <%= command.id %> -t sales.orders --yes'];
  static override flags = {
    ...PIPELINE_FLAGS,
    yes: Flags.boolean({ summary: 'Do not ask.' }),
    'dry-run': Flags.boolean({ summary: 'Say what would be done.' }),
  };

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(WatermarkReset);
    if (flags.table === undefined) throw new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name each table to reset with -t.'] });
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    const names = tables.map((table) => table.scopedName);
    if (flags['dry-run']) return { text: `Would begin a new epoch for ${names.join(', ')}.`, result: { would_reset: names }, warnings: notes };
    await confirm(`Begin a new epoch for ${names.join(', ')}, reading from the beginning?`, flags.yes);
    using interruption = new Interruption();
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const resets = [];
    for (const table of tables) {
      const surroundings = { now: () => new Date(), newWriteId: randomUUID };
      const { before, after } = await resetWatermark({ ...taskOf(pipeline, table), runId: runId(new Date(), randomBytes(4)), leaseWaitMs: open.settings.leaseWaitMs, signal: interruption.signal, surroundings }, open.ports);
      resets.push({ table: table.scopedName, epoch_before: before?.epoch ?? null, epoch: after.epoch });
    }
    return { text: resets.map((reset) => `${reset.table}: epoch ${reset.epoch} begins.`).join('\n'), result: { resets }, warnings: notes };
  }
}
