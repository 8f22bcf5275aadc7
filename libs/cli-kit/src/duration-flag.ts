import { Flags } from '@oclif/core';
import { durationMs, isDuration } from '@tidemark/config';
import { CliError } from './errors.ts';

/** A flag that takes `500ms`, `5s`, `15m`, `1h`, `7d` or 0, as in the configuration. Its value is in milliseconds. */
export const durationFlag = Flags.custom<number>({
  parse: (text) => {
    if (isDuration(text)) return Promise.resolve(durationMs(text));
    throw new CliError('CLI_USAGE', { message: `${JSON.stringify(text)} is no length of time.`, remedy: ['Write a number with its unit: 500ms, 5s, 15m, 1h, 7d.'] });
  },
});
