import { Flags, type Command } from '@oclif/core';
import { TidemarkCommand, type CommandOutcome } from '@tidemark/cli-kit';
import { expect, test } from 'vitest';
import { renderCommands } from './render-commands.ts';

class Show extends TidemarkCommand {
  static override summary = 'Show rows.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders'];
  static override flags = {
    table: Flags.string({ char: 't', multiple: true, required: true, helpValue: 'TABLE', summary: 'A table.' }),
    form: Flags.option({ options: ['short', 'long'] as const, default: 'short' as const, aliases: ['shape'], summary: 'How.' })(),
    secret: Flags.boolean({ hidden: true, summary: 'Never shown.' }),
  };
  protected override outcome(): Promise<CommandOutcome> {
    return Promise.resolve({ text: '', result: null });
  }
}

test('a command is described by its own words', () => {
  const text = renderCommands({ 'rows:show': Show as unknown as Command.Class });
  expect(text).toContain('- [rows show](#tidemark-rows-show): Show rows.');
  expect(text).toContain('## tidemark rows show\n\nShow rows.\n');
  expect(text).toContain('| `-t, --table TABLE…` | A table. Needed. |');
  expect(text).toContain('| `--form short\\|long` | How. Default: `short`. Also `--shape`. |');
  expect(text).toContain('```sh\ntidemark rows show -t sales.orders\n```');
  expect(text).not.toContain('secret');
});
