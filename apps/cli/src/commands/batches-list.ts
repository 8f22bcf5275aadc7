import { bytesText, chooseTables, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, taskOf, textTable, type CommandOutcome } from '@tidemark/cli-kit';
import { batchListing } from '@tidemark/sync-engine/standing';
import { openPipeline } from '@tidemark/sync-engine/wiring';

/** `tidemark batches list` */
export class BatchesList extends TidemarkCommand {
  static override summary = 'List the staged and loaded batches of tables.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -t sales.orders --json'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(BatchesList);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['target'] });
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags) });
    const batches = [];
    const held: string[] = [];
    for (const table of tables) {
      const { task, target } = taskOf(pipeline, table);
      const listing = await batchListing(task, target, open.ports);
      for (const batch of listing.batches) batches.push({ table: table.scopedName, ...batch });
      if (listing.ledgerHeldBy !== null) held.push(`${table.scopedName}: the load ledger is held by ${listing.ledgerHeldBy}; what is loaded is as the watermark has it.`);
    }
    const rows = batches.map((batch) => [batch.table, batch.batchId, batch.state, batch.rows, batch.files, bytesText(batch.bytes), batch.stagedAt] as const);
    return { text: rows.length === 0 ? 'No batches.' : textTable(['table', 'batch', 'state', 'rows', 'files', 'size', 'staged'], rows), result: { batches }, warnings: [...notes, ...held] };
  }
}
