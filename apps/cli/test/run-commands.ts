/**
 * Runs command lines one after the other in this process, as the program runs each of its own: for commands that end where all begin,
 * so that the program is loaded once. The lines stand in COMMAND_LINES, a JSON array of arrays. A mark with the exit code
 * follows each one's output, on stdout and on stderr.
 */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, Errors } from '@oclif/core';
import { endMark } from './end-mark.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function exitOf(args: readonly string[]): Promise<number> {
  try {
    const config = await Config.load(root);
    const id = args.slice(0, 3).map((_, index) => args.slice(0, index + 1).join(':')).findLast((name) => config.findCommand(name) !== undefined);
    if (id === undefined) throw new Error(`no command: ${args.join(' ')}`);
    await config.runCommand(id, args.slice(id.split(':').length));
    return 0;
  } catch (error) {
    if (error instanceof Errors.ExitError) return error.oclif.exit ?? 1;
    console.error(error);
    return 70;
  }
}

for (const args of JSON.parse(process.env['COMMAND_LINES']!) as string[][]) {
  const mark = endMark(await exitOf(args));
  // Everything that a command wrote without waiting for it comes before its mark.
  await new Promise((resolve) => setImmediate(resolve));
  for (const stream of [1, 2]) writeSync(stream, mark);
}
process.exit(0);
