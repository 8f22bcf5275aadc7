import type { CommandModules } from '@tidemark/cli-kit';
import { candidates } from './candidates.ts';
import { configuredNames } from './configured-names.ts';

/**
 * `tidemark complete -- WORDS…`, which the scripts of the shells call: what the last word may become, a line each. Says nothing
 * where nothing is known, a configuration that is broken included: a message would stand in the middle of the line that is typed.
 */
export async function complete(modules: CommandModules, words: readonly string[]): Promise<string> {
  const found = await candidates(modules, joined(words), configuredNames).catch(() => []);
  return found.map((name) => `${name}\n`).join('');
}

/** bash hands `--pipeline=shop` over as three words. */
function joined(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => (word === '=' ? (index === words.length - 1 ? [''] : []) : [word])).flatMap((word, index, all) => (index === all.length - 1 ? splitFlag(word) : [word]));
}

/** fish and zsh hand it over as one. */
function splitFlag(word: string): readonly string[] {
  const [, flag, value] = /^(--[a-z0-9-]+)=(.*)$/.exec(word) ?? [];
  return flag === undefined ? [word] : [flag, value ?? ''];
}
