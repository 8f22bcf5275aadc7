import type { Command } from '@oclif/core';
import type { CommandModules } from '@tidemark/cli-kit';
import { COMPLETED_SHELLS } from './shell-scripts.ts';

/** What a word on a command line may name. */
export type NameKind = 'pipeline' | 'table' | 'source' | 'target' | 'connection' | 's3-config' | 'environment' | 'shell';

/** Looks names up, when they are asked for. */
export type NameLookup = (kind: NameKind, line: GivenFlags) => Promise<readonly string[]>;

/** Values of flags that stand on the line before the word, by the flag's name. */
export type GivenFlags = Readonly<Record<string, string>>;

/** Which names a flag takes. */
const FLAG_KINDS: Readonly<Record<string, NameKind>> = { pipeline: 'pipeline', table: 'table', connection: 'source', source: 'source', target: 'target', 's3-config': 's3-config', env: 'environment' };
/** Which names the words behind a command are, by its id or the group that it is of. */
const ARGUMENT_KINDS: Readonly<Record<string, NameKind>> = { 'config:show-pipeline': 'pipeline', 'config:validate-pipeline': 'pipeline', connections: 'connection', completion: 'shell' };

type Flags = Command.Class['flags'];

/**
 * What the last word may become: a word of a command, a flag, or a name out of the configuration. Empty where files are
 * meant, or where nothing is known.
 *
 * @param words behind the program's name; the last is the one that is being typed, and may be empty
 */
export async function candidates(modules: CommandModules, words: readonly string[], lookUp: NameLookup): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const boundary = before.findIndex((word) => word.startsWith('-'));
  const leading = before.slice(0, boundary < 0 ? undefined : boundary);
  const id = longestId(modules, leading);
  const inGroup = boundary < 0 && !typed.startsWith('-') ? nextWords(modules, leading) : [];
  if (id === null) return fitting(typed === '' || !typed.startsWith('-') ? inGroup : ['--help', '--version'], typed);
  const command = (await modules[id]!()) as unknown as Command.Class;
  const flags: Flags = { ...command.baseFlags, ...command.flags };
  const given = givenFlags(flags, before);
  if (given.open !== null) return fitting(await valuesOf(given.open, flags, given.values, lookUp), typed);
  if (typed.startsWith('-')) return fitting([...flagNames(flags, before), '--help'], typed);
  const kind = ARGUMENT_KINDS[id] ?? ARGUMENT_KINDS[id.split(':')[0]!];
  const names = kind !== undefined && Object.keys(command.args).length > 0 ? await lookUp(kind, given.values) : [];
  return fitting([...inGroup, ...names], typed);
}

/** The shells whose scripts there are. */
export const SHELLS: readonly string[] = COMPLETED_SHELLS;

function longestId(modules: CommandModules, words: readonly string[]): string | null {
  for (let count = words.length; count > 0; count--) {
    const id = words.slice(0, count).join(':');
    if (Object.hasOwn(modules, id)) return id;
  }
  return null;
}

/** The words that lead on to a command. */
function nextWords(modules: CommandModules, words: readonly string[]): readonly string[] {
  const prefix = words.map((word) => `${word}:`).join('');
  return [...new Set(Object.keys(modules).filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length).split(':')[0]!))].sort();
}

interface Given {
  readonly values: GivenFlags;
  /** The flag whose value is being typed. */
  readonly open: string | null;
}

function givenFlags(flags: Flags, before: readonly string[]): Given {
  const values: Record<string, string> = {};
  let open: string | null = null;
  for (const word of before) {
    if (open !== null) {
      values[open] ??= word;
      open = null;
    } else if (word.startsWith('-')) {
      const [spelling, value] = word.split(/=(.*)/s, 2) as [string, string | undefined];
      const name = Object.keys(flags).find((flag) => spelling === `--${flag}` || spelling === `-${flags[flag]!.char}` || flags[flag]!.aliases?.includes(spelling.slice(2)) === true);
      if (name === undefined || flags[name]!.type === 'boolean') continue;
      if (value === undefined) open = name;
      else values[name] ??= value;
    }
  }
  return { values, open };
}

async function valuesOf(name: string, flags: Flags, given: GivenFlags, lookUp: NameLookup): Promise<readonly string[]> {
  const flag = flags[name]!;
  if (flag.type === 'option' && flag.options !== undefined) return flag.options;
  const kind = FLAG_KINDS[name];
  return kind === undefined ? [] : lookUp(kind, given);
}

/** Every flag that may still be given. */
function flagNames(flags: Flags, before: readonly string[]): readonly string[] {
  const isGiven = (name: string, { char }: Flags[string]): boolean => before.some((word) => word === `--${name}` || word.startsWith(`--${name}=`) || (char !== undefined && word === `-${char}`));
  return Object.entries(flags).filter(([name, flag]) => flag.hidden !== true && ((flag.type === 'option' && flag.multiple === true) || !isGiven(name, flag))).map(([name]) => `--${name}`);
}

function fitting(names: readonly string[], typed: string): readonly string[] {
  return [...new Set(names)].filter((name) => name.startsWith(typed));
}
