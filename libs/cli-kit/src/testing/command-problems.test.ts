import { Flags, type Command } from '@oclif/core';
import { expect, test } from 'vitest';
import { TidemarkCommand, type CommandOutcome } from '../tidemark-command.ts';
import { commandProblems } from './command-problems.ts';

class Good extends TidemarkCommand {
  static override summary = 'Show something.';
  static override examples = ['<%= config.bin %> <%= command.id %> -t sales.orders --rows 3'];
  static override flags = { table: Flags.string({ char: 't', helpValue: 'TABLE', summary: 'A table.' }), rows: Flags.integer({ helpValue: 'N', summary: 'How many.' }) };
  protected override outcome(): Promise<CommandOutcome> {
    return Promise.resolve({ text: '', result: null });
  }
}

class Bad extends Good {
  static override summary = 'shows something';
  static override examples = ['tidemark show', '<%= config.bin %> <%= command.id %> --tabel x'];
  static override flags = { ...Good.flags, rows: Flags.integer({ summary: 'how many' }) };
}

const problems = (id: string, command: unknown): string[] => commandProblems(id, command as Command.Class);

test('a command of the house has no problems', () => {
  expect(problems('show:rows', Good)).toEqual([]);
});

test('each breach is named', () => {
  expect(problems('Show', Bad)).toEqual([
    'Show: the id is words of lower case',
    'Show: the summary is a sentence',
    'Show: the example names program and command by their variables: tidemark show',
    'Show: the example has --tabel, which is no flag of it: <%= config.bin %> <%= command.id %> --tabel x',
    'Show: --rows has no summary that is a sentence',
    'Show: the value of --rows has no name in capitals',
  ]);
});
