import type { Command, Errors} from '@oclif/core';
import { Flags, Parser } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { unknownCommand, usageError } from './usage-error.ts';

const COMMANDS = ['batches list', 'sync pipeline', 'watermark get', 'watermark list'];
const FLAGS = { pipeline: Flags.string({ char: 'p' }), limit: Flags.integer({ min: 1 }), json: Flags.boolean({ exclusive: ['limit'] }) };

async function refusal(...argv: string[]): Promise<Errors.CLIError> {
  try {
    await Parser.parse(argv, { flags: FLAGS, args: {}, context: {} as Command });
  } catch (error) {
    return error as Errors.CLIError;
  }
  throw new Error('nothing was refused');
}

describe('a refused command line', () => {
  test.each([
    [['--pipelin', 'x'], 'There is no flag --pipelin; did you mean --pipeline?'],
    [['--colour'], 'There is no flag --colour'],
    [['--limit', 'many'], 'Parsing --limit Expected an integer but received: many'],
    [['--limit', '1', '--json'], '--limit=1 cannot also be provided when using --json'],
    [['extra'], 'Unexpected argument: extra'],
  ])('%j', async (argv, message) => {
    const error = usageError(await refusal(...argv), Object.keys(FLAGS));
    expect([error.code, error.exit, error.message]).toEqual(['CLI_USAGE', 2, message]);
    expect(error.remedy).toEqual(['Add --help to see what the command takes.']);
  });
});

describe('words that are no command', () => {
  test.each([
    ['sync pipelin', 'There is no command sync pipelin; did you mean sync pipeline?', 'Type tidemark sync pipeline.'],
    ['watermark gett', 'There is no command watermark gett; did you mean watermark get or watermark list?', 'Type tidemark watermark get, or tidemark watermark list.'],
    ['snc', 'There is no command snc; did you mean sync pipeline?', 'Type tidemark sync pipeline.'],
    ['frobnicate', 'There is no command frobnicate', 'The commands are: batches list, sync pipeline, watermark get, watermark list.'],
    ['sync pipeline shop', 'sync pipeline takes no shop.', 'See tidemark sync pipeline --help; a value belongs behind a flag.'],
    ['--versio', '--versio is no flag that stands alone; a command comes first.', 'See tidemark --help.'],
  ])('%s', (typed, message, remedy) => {
    const error = unknownCommand(typed.split(' '), COMMANDS);
    expect([error.code, error.exit, error.message, error.remedy]).toEqual(['CLI_USAGE', 2, message, [remedy]]);
  });
});
