import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { startProgram, type Ended } from '../test/run-program.ts';

const tiny = (...args: string[]): Promise<Ended> => startProgram('tiny-command.ts', args).ended;

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: number;
  /** Text on stdout without --json; empty for a failure, which speaks on stderr. */
  readonly text: string;
  readonly says: readonly string[];
  readonly document: object;
}

const failure = (code: string, exit: number, more: object = {}): object => ({ status: 'failed', code, exit_code: exit, warnings: [], ...more });

const CASES: readonly Case[] = [
  { name: 'success', args: ['well'], code: 0, text: 'all is well\n', says: [], document: { status: 'success', result: { rows: 3 }, warnings: [] } },
  { name: 'success with nothing to say', args: ['silently'], code: 0, text: '', says: [], document: { status: 'success', result: null, warnings: [] } },
  { name: 'success with a warning', args: ['warned'], code: 0, text: 'all is well\n', says: ['Pipeline shop_pipeline, found from'], document: { status: 'success', result: { rows: 3 }, warnings: ['Pipeline shop_pipeline, found from the table sales.orders.'] } },
  { name: 'a document and an exit code of its own', args: ['partly'], code: 3, text: 'some failed\n', says: [], document: { status: 'partial_success', exit_code: 3 } },
  { name: 'a result with a secret', args: ['with a secret'], code: 0, text: 'login with [secret]\n', says: [], document: { status: 'success', result: { login: { user: 'reader', password: '[secret]' } } } },
  { name: 'a result with a bigint', args: ['with a bigint'], code: 0, text: 'big\n', says: [], document: { result: { rows: '18446744073709551615' } } },
  {
    name: 'an error with a code', args: ['with a code'], code: 13, text: '', says: ['Error TINY_FAILED: mysql.example.com does not answer.\nTry: Look at the source.\n     Run again.\n'],
    document: failure('TINY_FAILED', 13, { message: 'mysql.example.com does not answer.', remedy: ['Look at the source.', 'Run again.'], details: { host: 'mysql.example.com', password: '[secret]' } }),
  },
  { name: 'an error with escape codes', args: ['with escape codes'], code: 13, text: '', says: ['no table \\u001b[31mred\\u0007'], document: failure('TINY_FAILED', 13, { message: 'no table \u001b[31mred\u0007' }) },
  { name: 'an error whose details JSON cannot hold', args: ['with details in a circle'], code: 13, text: '', says: ['Error TINY_FAILED: Round and round.'], document: failure('TINY_FAILED', 13, { details: {} }) },
  { name: 'an error within an error', args: ['with an error in its details'], code: 13, text: '', says: ['Twice wrong.'], document: failure('TINY_FAILED', 13, { details: { why: { name: 'RangeError', message: 'inner' } } }) },
  { name: 'an error without a code', args: ['unexpectedly'], code: 70, text: '', says: ['Error CLI_UNEXPECTED: TypeError: x is not a function', 'Try: Run again with --log-level debug'], document: failure('CLI_UNEXPECTED', 70, { message: 'TypeError: x is not a function' }) },
  { name: 'a thrown text', args: ['with text'], code: 70, text: '', says: ['Error CLI_UNEXPECTED: just text'], document: failure('CLI_UNEXPECTED', 70) },
  { name: 'an unknown flag', args: ['well', '--sped'], code: 2, text: '', says: ['Error CLI_USAGE: There is no flag --sped', 'Try: Add --help'], document: failure('CLI_USAGE', 2, { message: expect.stringMatching(/^There is no flag --sped/) }) },
  { name: 'a value outside its range', args: ['well', '--limit', '0'], code: 2, text: '', says: ['Error CLI_USAGE:', '--limit'], document: failure('CLI_USAGE', 2) },
  { name: 'a value that is no option', args: ['well', '--color', 'blue'], code: 2, text: '', says: ['Error CLI_USAGE:', 'red, green'], document: failure('CLI_USAGE', 2) },
  { name: 'a missing argument', args: [], code: 2, text: '', says: ['Error CLI_USAGE:', 'HOW is missing'], document: failure('CLI_USAGE', 2) },
  { name: 'too many arguments', args: ['well', 'and', 'good'], code: 2, text: '', says: ['Error CLI_USAGE:', 'and, good'], document: failure('CLI_USAGE', 2) },
];

describe.each(CASES)('$name', ({ args, code, text, says, document }) => {
  test('for a person', async () => {
    const ended = await tiny(...args);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe(text);
    for (const said of says) expect(ended.stderr).toContain(said);
    if (says.length === 0) expect(ended.stderr).toBe('');
    expect(ended.stdout + ended.stderr).not.toContain('hunter2');
    expect(ended.stdout + ended.stderr, 'no escape code reaches a pipe').not.toContain('\u001b');
  });

  test('for a machine: the same exit code, and one document on stdout', async () => {
    const ended = await tiny(...args, '--json');
    expect(ended.code).toBe(code);
    expect(JSON.parse(ended.stdout)).toMatchObject(document);
    expect(ended.stdout).toMatch(/^\{[^]*\}\n$/);
    expect(ended.stderr).toBe('');
    expect(ended.stdout).not.toContain('hunter2');
  });
});

test('a result that JSON cannot hold fails with --json only, as a document', async () => {
  expect(await tiny('with a circle')).toMatchObject({ code: 0, stdout: 'round\n' });
  const ended = await tiny('with a circle', '--json');
  expect(ended.code).toBe(70);
  expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'failed', code: 'CLI_UNEXPECTED' });
});

test('--json after -- is an argument and no flag', async () => {
  expect(await tiny('--', 'well')).toMatchObject({ code: 0, stdout: 'all is well\n' });
  const ended = await tiny('well', '--', '--json');
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('CLI_USAGE');
});

test('a failure without a code is logged with its stack where a log is asked for', async () => {
  const ended = await tiny('unexpectedly', '--log-level', 'debug', '--json');
  expect(ended.code).toBe(70);
  expect(JSON.parse(ended.stdout)).toMatchObject({ code: 'CLI_UNEXPECTED' });
  expect(JSON.parse(ended.stderr.split('\n')[0]!)).toMatchObject({ level: 50, code: 'CLI_UNEXPECTED', err: { type: 'TypeError', stack: expect.stringContaining('tiny-command.ts') } });
});

test('colours: none in a pipe, forced by FORCE_COLOR, and off again with --no-color', async () => {
  const forced = await startProgram('tiny-command.ts', ['with a code'], { FORCE_COLOR: '1' }).ended;
  expect(forced.stderr).toContain('\u001b[31mError\u001b[39m');
  const refused = await startProgram('tiny-command.ts', ['with a code', '--no-color'], { FORCE_COLOR: '1' }).ended;
  expect(refused.stderr).not.toContain('\u001b');
});

test.each([[['well'], 0], [['with a code', '--json'], 13]] as const)('a reader that goes away changes nothing: %j', async (args, code) => {
  const program = startProgram('tiny-command.ts', args);
  program.process.stdout!.destroy();
  expect(await program.ended).toMatchObject({ code, stderr: '' });
});

test('a full disk under stdout is told', async () => {
  const full = await open('/dev/full', 'w');
  try {
    const ended = await startProgram('tiny-command.ts', ['well', '--json'], {}, full.fd).ended;
    expect(ended.code).toBe(70);
    expect(ended.stderr).toContain('The result could not be written to stdout: ENOSPC');
  } finally {
    await full.close();
  }
});

describe.each([['SIGTERM', 143, 'CLI_TERMINATED', 'Told to end.'], ['SIGINT', 130, 'CLI_INTERRUPTED', 'Interrupted.']] as const)('%s', (signal, exit, code, message) => {
  test('ends a command that does not end by itself at once, with a sentence', async () => {
    for (const isJson of [false, true]) {
      const program = startProgram('tiny-command.ts', ['never', ...(isJson ? ['--json'] : [])]);
      await program.said('working');
      program.process.kill(signal);
      const ended = await program.ended;
      expect(ended.code).toBe(exit);
      expect(ended.stderr, 'others than the terminal hear of it').toContain(`told of ${code}\n`);
      if (isJson) expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'failed', code, exit_code: exit, message: `${message} It was ended before it had a result.` });
      else expect(ended.stderr).toContain(`Error ${code}: ${message} It was ended before it had a result.\nTry: Run the same command again`);
    }
  });

  test('lets a command that ends by itself come to its safe point', async () => {
    const program = startProgram('tiny-command.ts', ['when it is told to']);
    await program.said('working');
    program.process.kill(signal);
    expect(await program.ended).toMatchObject({ code: 143, stdout: 'at a safe point\n', stderr: 'working\nStopping at the next safe point. Once more ends at once.\n' });
  });
});
