import { Args } from '@oclif/core';
import { TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { COMPLETED_SHELLS, SHELL_SCRIPTS } from '../completion/shell-scripts.ts';

/** `tidemark completion` */
export class Completion extends TidemarkCommand {
  static override summary = 'Print what a shell has to run so that it completes commands, flags, pipelines, tables and connections.';
  static override description = 'For bash put eval "$(tidemark completion bash)" into ~/.bashrc; for zsh the same with zsh into ~/.zshrc, behind compinit; for fish write the output to ~/.config/fish/completions/tidemark.fish. Names come from the files of the configuration: no variable has to be set and no server is asked.';
  static override examples = ['<%= config.bin %> <%= command.id %> bash', '<%= config.bin %> <%= command.id %> zsh', '<%= config.bin %> <%= command.id %> fish'];
  static override args = { shell: Args.string({ required: true, options: [...COMPLETED_SHELLS], description: 'bash, zsh or fish.' }) };

  protected override async outcome(): Promise<CommandOutcome> {
    const { args } = await this.parse(Completion);
    const script = SHELL_SCRIPTS[args.shell as keyof typeof SHELL_SCRIPTS];
    return { text: script, result: { shell: args.shell, script } };
  }
}
