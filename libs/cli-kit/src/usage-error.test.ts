import type { Command, Errors} from '@oclif/core';
import { Args, Flags, Parser } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { durationFlag } from './duration-flag.ts';
import { commandError } from './tidemark-command.ts';
import { unknownCommand, usageError } from './usage-error.ts';

const COMMANDS = ['batches list', 'sync pipeline', 'watermark get', 'watermark list'];
const FLAGS = { pipeline: Flags.string({ char: 'p' }), limit: Flags.integer({ min: 1 }), json: Flags.boolean({ exclusive: ['limit'] }), state: Flags.string({ options: ['loaded', 'orphan'] }) };

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
    [['--limit', 'many'], '--limit takes an integer, not many.'],
    [['--limit', '0'], '--limit takes an integer greater than or equal to 1, not 0.'],
    [['--limit'], '--limit needs a value.'],
    [['--state', 'x'], '--state takes one of loaded, orphan, not x.'],
    [['--limit', '1', '--json'], '--limit cannot stand with --json.'],
    [['extra'], 'Unexpected argument: extra'],
  ])('%j', async (argv, message) => {
    const error = usageError(await refusal(...argv), Object.keys(FLAGS));
    expect([error.code, error.exit, error.message]).toEqual(['CLI_USAGE', 2, message]);
    expect(error.remedy).toEqual(['Add --help to see what the command takes.']);
  });
});

describe('what is missing', () => {
  const missing = async (spec: Partial<Parameters<typeof Parser.parse>[1]>): Promise<string> => {
    const refused = await Parser.parse([], { flags: {}, args: {}, context: {} as Command, ...spec }).then(() => null, (error: unknown) => error as Errors.CLIError);
    return usageError(refused!, []).message;
  };

  test('is named as it is typed', async () => {
    expect(await missing({ flags: { status: Flags.string({ required: true }) } })).toBe('--status is missing.');
    expect(await missing({ flags: { table: Flags.string({ multiple: true }) }, args: { batch: Args.string({ required: true, description: 'the batch, as batches list has it.' }) } })).toBe('BATCH is missing: the batch, as batches list has it.');
  });
});

test('a value that the parser of its flag refuses is told in one line, with the remedy of the parser', async () => {
  const refused = await Parser.parse(['--wait', 'banana'], { flags: { wait: durationFlag() }, args: {}, context: {} as Command }).then(() => null, (error: unknown) => error);
  const error = commandError(refused);
  expect([error.code, error.exit, error.message, error.remedy]).toEqual(['CLI_USAGE', 2, '--wait: "banana" is no length of time.', ['Write a number with its unit: 500ms, 5s, 15m, 1h, 7d.']]);
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
