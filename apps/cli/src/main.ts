import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command, Config } from '@oclif/core';
import { COMMAND_MODULES as S3CLEAN_COMMANDS } from '@tidemark/plugin-s3clean';
import { COMMAND_MODULES as WATERMARK_COMMANDS } from '@tidemark/plugin-watermark';
import { COMMAND_MODULES } from './command-modules.ts';
import { complete } from './completion/complete.ts';
import { findCommand, helpedWords, isTopic } from './find-command.ts';
import { renamedCommand } from './old-commands.ts';

const EVERY_COMMAND = { ...COMMAND_MODULES, ...WATERMARK_COMMANDS, ...S3CLEAN_COMMANDS };

/** What other programs take as the first word. */
const SHORT_WORDS: Readonly<Record<string, string>> = { '-h': '--help', '-v': '--version', '-V': '--version' };

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs one command line and leaves its exit code. Only the command that is meant is loaded; help, and words that are no
 * command, go to oclif, which looks at all of them.
 */
export async function main(line: readonly string[]): Promise<void> {
  const [first = '', ...rest] = line;
  const { argv, notice } = renamedCommand(Object.hasOwn(SHORT_WORDS, first) ? [SHORT_WORDS[first]!, ...rest] : line);
  if (notice !== null) process.stderr.write(`${notice}\n`);
  if (argv[0] === 'complete' && argv[1] === '--') {
    process.stdout.write(await complete(EVERY_COMMAND, argv.slice(2)));
    return;
  }
  if (argv[0] === '--version') {
    process.stdout.write(`${(await bareConfig()).userAgent}\n`);
    return;
  }
  const { execute, flush, handle } = await import('@oclif/core');
  const helped = helpedWords(argv);
  if (helped !== null && helped.length > 0 && helped[0] !== 'help' && !(await isKnown(helped))) {
    // As a command they are looked for, not found, and what may be meant is said.
    await execute({ args: [...helped, ...argv.filter((word) => word === '--json')], dir: ROOT });
    return;
  }
  const found = findCommand(EVERY_COMMAND, argv);
  const command = found === null ? null : ((await found.load()) as unknown as Command.Class);
  if (found === null || command === null || !takes(command, found.argv)) {
    await execute({ args: [...argv], dir: ROOT });
    return;
  }
  command.id = found.id;
  try {
    await command.run([...found.argv], await bareConfig());
    await flush();
  } catch (error) {
    await handle(error as Error);
  }
}

/** Whether there is something to say about these words: they are a topic, or a command and what it takes. */
async function isKnown(words: readonly string[]): Promise<boolean> {
  const found = findCommand(EVERY_COMMAND, words);
  if (found === null) return isTopic(EVERY_COMMAND, words);
  return isTopic(EVERY_COMMAND, words) || takes((await found.load()) as unknown as Command.Class, found.argv);
}

/** A word behind a command that takes none was meant as one of its subcommands. */
function takes({ args = {} }: Command.Class, [first]: readonly string[]): boolean {
  return first === undefined || first.startsWith('-') || Object.keys(args).length > 0;
}

/** What a command asks of oclif: names, version and folders. The commands and plugins of the program are not looked for. */
async function bareConfig(): Promise<Config> {
  const { oclif, ...manifest } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { readonly name: string; readonly version: string; readonly oclif: Record<string, unknown> };
  const { bin, dirname, topicSeparator } = oclif;
  const { Config: OclifConfig } = await import('@oclif/core');
  return OclifConfig.load({ root: ROOT, pjson: { ...manifest, oclif: { bin, dirname, topicSeparator } } as never, ignoreManifest: true });
}
