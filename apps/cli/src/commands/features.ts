import { textTable, TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { choices } from '../config/choices.ts';

/** `tidemark features` */
export class Features extends TidemarkCommand {
  static override summary = 'Show what this version can do, from the schemas of its configuration.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    await this.parse(Features);
    const features = choices();
    return { text: textTable(['setting', 'choices'], Object.entries(features).map(([key, values]) => [key, values.join(', ')])), result: features };
  }
}
