import { chooseTables, loadedConfig, PIPELINE_FLAGS, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { openPipeline } from '@tidemark/sync-engine/wiring';
import { checksText } from '../cdc/checks-text.ts';
import { exitOf } from '../cdc/exit-of.ts';

/** `tidemark cdc validate` */
export class CdcValidate extends TidemarkCommand {
  static override summary = 'Plan tables against the live source and list every finding. Changes nothing.';
  static override description = 'Ends with 0 when every table can be read, whatever else was found; with the exit code that a run would have when none can; with 3 when some can.';
  static override examples = ['<%= config.bin %> <%= command.id %> -p shop_pipeline', '<%= config.bin %> <%= command.id %> -t sales.orders --json'];
  static override flags = PIPELINE_FLAGS;

  protected override async outcome(): Promise<CommandOutcome> {
    const { flags } = await this.parse(CdcValidate);
    const { pipeline, tables, notes } = chooseTables(await loadedConfig(flags), flags, { needs: ['source'] });
    const { checkTables } = await import('@tidemark/sync-engine/engine');
    await using open = await openPipeline(pipeline, { logger: this.loggerOf(flags), tables });
    const checks = await checkTables(open.settings, tables, { source: open.ports.source!, watermarks: open.ports.watermarks });
    return { text: checksText(checks), result: { tables: checks }, warnings: notes, exitCode: exitOf(checks.map(({ exit }) => exit)) };
  }
}
