import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { answers, type Question } from './ask.ts';

const QUESTIONS: readonly Question[] = [
  { flag: 'source', message: 'Name of the source', example: 'SHOP_RO' },
  { flag: 'host', message: 'Its server', example: 'mysql.example.com' },
  { flag: 'schema', message: 'The schema', example: 'public', fallback: 'public' },
];

/** Answers each question with the next text when it stands there. */
function person(replies: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  // Each prompt ends what it writes to, which a terminal survives.
  output.end = () => output;
  const left = [...replies];
  const waiting = QUESTIONS.map(({ message }) => message);
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const asked = waiting.findIndex((message) => shown.includes(message));
    if (asked < 0 || left.length === 0) return;
    waiting.splice(0, asked + 1);
    shown = '';
    const reply = left.shift()!;
    setImmediate(() => input.write(reply));
  });
  return { input, output, left };
}

describe('the questions of config setup', () => {
  test('are asked in their order, but for what the flags say; nothing answered is the fallback', async () => {
    const { left, ...terminal } = person(['SHOP_RO\r', '\r']);
    expect(await answers(QUESTIONS, { host: 'mysql.example.com' }, true, terminal)).toEqual({ source: 'SHOP_RO', host: 'mysql.example.com', schema: 'public' });
    expect(left).toEqual([]);
  });

  test('end with Ctrl-C', async () => {
    const { input, output } = person(['SHOP_RO\r', '\u0003']);
    await expect(answers(QUESTIONS, {}, true, { input, output })).rejects.toMatchObject({ code: 'CLI_INTERRUPTED' });
  });

  test('are not asked where nobody is: every flag that is missing is named', async () => {
    await expect(answers(QUESTIONS, {}, false)).rejects.toMatchObject({ code: 'CLI_USAGE', message: 'There is nobody to ask, and --source, --host are not given.' });
    expect(await answers(QUESTIONS, { source: 'a', host: 'b' }, false)).toEqual({ source: 'a', host: 'b', schema: 'public' });
  });
});
