import type { Command } from '@oclif/core';
import { TidemarkCommand } from '../tidemark-command.ts';

/** What a command lacks of the house's form: a summary of one sentence, examples that can be typed, flags that say what they are. */
export function commandProblems(id: string, command: Command.Class): string[] {
  const flags = Object.entries({ ...command.baseFlags, ...command.flags });
  const spellings = flags.flatMap(([name, { char, aliases = [] }]) => [`--${name}`, ...aliases.map((alias) => `--${alias}`), ...(char === undefined ? [] : [`-${char}`])]);
  const problems: string[] = [];
  const say = (isWrong: boolean, problem: string): void => {
    if (isWrong) problems.push(`${id}: ${problem}`);
  };
  say(!/^[a-z0-9-]+(:[a-z0-9-]+)*$/.test(id), 'the id is words of lower case');
  say(!(command.prototype instanceof TidemarkCommand), 'it is no TidemarkCommand');
  say(!/^[A-Z].*\.$/.test(command.summary ?? ''), 'the summary is a sentence');
  const examples = (command.examples ?? []).map(String);
  say(examples.length === 0 && !command.hidden, 'there is no example');
  for (const example of examples) {
    say(!/^<%= config\.bin %> <%= command\.id %>( \S|$)/.test(example), `the example names program and command by their variables: ${example}`);
    for (const [flag] of example.matchAll(/(?<=\s)--?[a-z][\w-]*/g)) say(!spellings.includes(flag), `the example has ${flag}, which is no flag of it: ${example}`);
  }
  for (const [name, flag] of flags) {
    say(!/\.$/.test(flag.summary ?? ''), `--${name} has no summary that is a sentence`);
    if (flag.type === 'option' && flag.options === undefined) say(!/^[A-Z]+$/.test([flag.helpValue ?? ''].flat().join('')), `the value of --${name} has no name in capitals`);
  }
  return problems;
}
