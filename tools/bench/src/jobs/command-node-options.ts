import { readFileSync } from 'node:fs';

const PROGRAM = new URL('../../../../apps/cli/bin/run.js', import.meta.url);

/** The options that the command line gives Node in its first line: what it does is measured with them. */
export function commandNodeOptions(): readonly string[] {
  const [first = ''] = readFileSync(PROGRAM, 'utf8').split('\n', 1);
  const options = /^#!\/usr\/bin\/env -S node ((?:--\S+ ?)+)$/.exec(first)?.[1];
  if (options === undefined) throw new Error(`the first line of the command line gives Node no options: ${first}`);
  return options.trim().split(' ');
}
