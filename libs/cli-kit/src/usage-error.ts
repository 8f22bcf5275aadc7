import { stripVTControlCharacters } from 'node:util';
import type { Errors } from '@oclif/core';
import { nearMisses } from '@tidemark/config';
import type { TidemarkError } from '@tidemark/domain';
import { CliError } from './errors.ts';

/** oclif's error for flags that a command does not have. */
interface UnknownFlags {
  readonly flags: readonly string[];
}

/** oclif's error for words that a command needs and did not get. */
interface MissingArguments {
  readonly args: readonly { readonly name: string; readonly description?: string }[];
}

/** Sentences of oclif that name no flag, or run into each other. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/Missing required flag (\S+)/gu, '--$1 is missing.'],
  [/Flag (--\S+) expects a value/gu, '$1 needs a value.'],
  [/Parsing (--\S+) Expected an? (.+) but received: (.*)/gu, '$1 takes an $2, not $3.'],
  [/Expected (--[^=\s]+)=(.*) to be one of: (.+)/gu, '$1 takes one of $3, not $2.'],
  [/(--[^=\s]+)(?:=\S+)? cannot also be provided when using (--[^=\s]+)(?:=\S+)?/gu, '$1 cannot stand with $2.'],
];

function inOurWords(text: string): string {
  return SENTENCES.reduce((sentence, [theirs, ours]) => sentence.replaceAll(theirs, ours), text);
}

/**
 * A command line that oclif refuses, as an error of ours, in one line.
 *
 * @param known names of the command's flags, without dashes
 */
export function usageError(cause: Errors.CLIError, known: readonly string[]): CliError {
  const unknown = unknownFlags(cause);
  if (unknown !== null) {
    const hints = unknown.map((flag) => nearMisses(flag.replace(/^-+/, ''), known)[0]).flatMap((near) => (near === undefined ? [] : [`--${near}`]));
    return new CliError('CLI_USAGE', { message: `There is no flag ${unknown.join(', ')}${hints.length === 0 ? '' : `; did you mean ${hints.join(', ')}?`}`, cause });
  }
  const missing = (cause as Partial<MissingArguments>).args;
  if (cause.constructor.name === 'RequiredArgsError' && missing !== undefined) {
    return new CliError('CLI_USAGE', { message: missing.map(({ name, description }) => `${name.toUpperCase()} is missing${description === undefined ? '' : `: ${description}`}`).join(' '), cause });
  }
  // oclif dims parts of its sentences; a document holds none of it.
  const text = stripVTControlCharacters(cause.message).replace(/\s*See more help with --help\s*$/, '').replace(/^The following errors? occurred:/, '');
  return new CliError('CLI_USAGE', { message: inOurWords(text.replaceAll(/\s+/g, ' ').trim()), cause });
}

/**
 * An error that a flag's own parser threw, in one line again: oclif puts a line before its message and one behind it.
 * Null when oclif did nothing to it.
 */
export function refusedValue(cause: TidemarkError): CliError | null {
  const [, flag, message] = /^Parsing (--\S+)\s+(.*?)\s*See more help with --help\s*$/su.exec(stripVTControlCharacters(cause.message)) ?? [];
  return flag === undefined || message === undefined ? null : new CliError('CLI_USAGE', { message: `${flag}: ${message}`, remedy: cause.remedy, cause });
}

/**
 * The error for words that are no command.
 *
 * @param words as they were typed: `['sync', 'pipelin']`
 * @param commands every command, words between single spaces
 */
export function unknownCommand(words: readonly string[], commands: readonly string[]): CliError {
  const typed = words.join(' ');
  const command = commands.filter((name) => typed.startsWith(`${name} `)).sort((a, b) => b.length - a.length)[0];
  if (command !== undefined) {
    const [near] = nearMisses(typed, commands.filter((name) => name.startsWith(`${command} `)));
    const message = `${command} takes no ${typed.slice(command.length + 1)}`;
    if (near !== undefined) return new CliError('CLI_USAGE', { message: `${message}; did you mean ${near}?`, remedy: [`Type tidemark ${near}.`], details: { nearMisses: [near] } });
    return new CliError('CLI_USAGE', { message: `${message}.`, remedy: [`See tidemark ${command} --help; a value belongs behind a flag.`] });
  }
  if (typed.startsWith('-')) return new CliError('CLI_USAGE', { message: `${words[0]} is no flag that stands alone; a command comes first.`, remedy: ['See tidemark --help.'] });
  const near = [...nearMisses(typed, commands), ...commands.filter((name) => nearMisses(words[0]!, [name.split(' ')[0]!]).length > 0)];
  const meant = [...new Set(near)].slice(0, 3);
  return new CliError('CLI_USAGE', {
    message: `There is no command ${typed}${meant.length === 0 ? '' : `; did you mean ${meant.join(' or ')}?`}`,
    remedy: [meant.length === 0 ? `The commands are: ${commands.join(', ')}.` : `Type ${meant.map((name) => `tidemark ${name}`).join(', or ')}.`],
    details: { nearMisses: meant },
  });
}

function unknownFlags(cause: Errors.CLIError): readonly string[] | null {
  const { flags } = cause as Partial<UnknownFlags>;
  return cause.name === 'NonExistentFlagsError' || cause.constructor.name === 'NonExistentFlagsError' ? (flags ?? null) : null;
}
