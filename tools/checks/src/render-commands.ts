import type { Command } from '@oclif/core';

type Commands = Readonly<Record<string, Command.Class>>;
type Flag = Command.Class['flags'][string];

/** docs/commands.md: every command with its flags and examples, from the commands themselves. */
export function renderCommands(commands: Commands): string {
  const shown = Object.entries(commands).filter(([, command]) => !command.hidden).sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = shown;
  if (first === undefined) throw new RangeError('there are no commands');
  return [
    '# Commands',
    '',
    'Made from the commands by `npm run docs`. `tidemark COMMAND --help` says the same in a terminal.',
    '',
    ...shown.map(([id, command]) => `- [${wordsOf(id)}](#${anchorOf(id)}): ${command.summary ?? ''}`),
    '',
    '## Flags of every command',
    '',
    ...flagTable(first[1].baseFlags ?? {}),
    ...shown.flatMap(([id, command]) => commandSection(id, command)),
    '',
  ].join('\n');
}

function commandSection(id: string, command: Command.Class): string[] {
  const positional = Object.entries(command.args ?? {});
  const flags = Object.fromEntries(Object.entries(command.flags ?? {}).filter(([name, flag]) => !flag.hidden && !Object.hasOwn(command.baseFlags ?? {}, name)));
  return [
    '',
    `## tidemark ${wordsOf(id)}`,
    '',
    [command.summary, command.description].filter((text) => text !== undefined).join(' '),
    ...(positional.length === 0 ? [] : ['', ...positional.map(([name, arg]) => `- \`${name.toUpperCase()}\`${arg.required === true ? ' (needed)' : ''}: ${arg.description ?? ''}`)]),
    ...(Object.keys(flags).length === 0 ? [] : ['', ...flagTable(flags)]),
    '',
    '```sh',
    ...(command.examples ?? []).map((example) => String(example).replaceAll('<%= config.bin %>', 'tidemark').replaceAll('<%= command.id %>', wordsOf(id))),
    '```',
  ];
}

function flagTable(flags: Readonly<Record<string, Flag>>): string[] {
  return ['| flag | what it does |', '|---|---|', ...Object.entries(flags).filter(([, flag]) => !flag.hidden).map(([name, flag]) => `| ${spelling(name, flag)} | ${meaning(flag)} |`)];
}

function spelling(name: string, flag: Flag): string {
  const value = flag.type !== 'option' ? '' : flag.options === undefined ? ` ${[flag.helpValue ?? 'VALUE'].flat().join(' ')}` : ` ${flag.options.join('\\|')}`;
  const repeated = flag.type === 'option' && flag.multiple === true ? '…' : '';
  return `\`${flag.char === undefined ? '' : `-${flag.char}, `}--${name}${value}${repeated}\``;
}

function meaning(flag: Flag): string {
  const aliases = (flag.aliases ?? []).map((alias) => `\`--${alias}\``);
  const standard = flag.type === 'option' && typeof flag.default === 'string' ? ` Default: \`${flag.default}\`.` : '';
  return `${flag.summary ?? ''}${standard}${flag.required === true ? ' Needed.' : ''}${aliases.length === 0 ? '' : ` Also ${aliases.join(', ')}.`}`.replaceAll('|', '\\|');
}

function wordsOf(id: string): string {
  return id.replaceAll(':', ' ');
}

/** As GitHub makes the anchor of a heading. */
function anchorOf(id: string): string {
  return `tidemark-${wordsOf(id).replaceAll(' ', '-')}`;
}
