import { TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';

/** `tidemark version` */
export class Version extends TidemarkCommand {
  static override summary = 'Show the version.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  protected override async outcome(): Promise<CommandOutcome> {
    await this.parse(Version);
    return { text: this.config.version, result: { version: this.config.version, node: process.version } };
  }
}
