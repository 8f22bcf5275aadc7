import { TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { listStrategies } from '@tidemark/sync-engine/standing';
import { strategiesText } from '../cdc/strategies-text.ts';

/** `tidemark cdc strategies` */
export class CdcStrategies extends TidemarkCommand {
  static override summary = 'List the strategies: what each reads, what it needs, and what it promises with each load mode.';
  static override examples = ['<%= config.bin %> <%= command.id %> --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    await this.parse(CdcStrategies);
    const strategies = listStrategies();
    return { text: strategiesText(strategies), result: { strategies } };
  }
}
