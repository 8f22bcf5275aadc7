import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEnv } from './parse-env.ts';

const parse = (text: string) => parseEnv({ path: '.env', text });
const values = (text: string) => Object.fromEntries(parse(text).values);

describe('.env values', () => {
  test.each([
    ['plain', 'A=b', 'b'],
    ['a hash inside', 'A=p#ss#word', 'p#ss#word'],
    ['a hash first', 'A=#abc', '#abc'],
    ['white space and a hash end it', 'A=abc # note', 'abc'],
    ['nothing but a comment', 'A= # note', ''],
    ['empty', 'A=', ''],
    ['spaces around', 'A =  b c  ', 'b c'],
    ['back-ticks are literal', 'A=`x`', '`x`'],
    ['dollar, braces and percent are literal', 'A=$HOME${B}%7B{}', '$HOME${B}%7B{}'],
    ['a backslash is literal', 'A=a\\nb', 'a\\nb'],
    ['quotes inside are literal', `A=a"b'c`, `a"b'c`],
    ['equals inside', 'A=b=c==', 'b=c=='],
    ['single quotes keep everything', `A=' a # b \\n $x "y" ' # note`, ' a # b \\n $x "y" '],
    ['double quotes have five escapes', String.raw`A="a\n\r\t\"\\b\q"`, 'a\n\r\t"\\b\\q'],
    ['lines inside quotes', 'A="one\ntwo"\nB=x', 'one\ntwo'],
    ['export', 'export A=b', 'b'],
    ['CRLF', 'A=b\r\nB=c\r\n', 'b'],
    ['a byte order mark', '\uFEFFA=b', 'b'],
    ['the last of two', 'A=a\nA=b', 'b'],
    ['4-byte characters', 'A=пароль😀', 'пароль😀'],
  ])('%s', (_name, text, expected) => {
    expect(parse(text).problems).toEqual([]);
    expect(values(text)['A']).toBe(expected);
  });

  test('comments and empty lines are skipped', () => {
    expect(values('\n# A=1\n  # B=2\nC=3\n')).toEqual({ C: '3' });
  });

  test.each([
    ['no equals sign', 'A=1\nhunter2', '.env:2:1: the line is not NAME=value'],
    ['a name with a space', 'MY NAME=hunter2', '.env:1:1: the line is not NAME=value'],
    ['an open quote', 'A="hunter2', '.env:1:1: the quote that begins the value of A is not closed'],
    ['text after the quote', `A='it's hunter2'`, '.env:1:1: text follows the closing quote of the value of A'],
  ])('%s is a problem that does not show the line', (_name, text, message) => {
    const { problems } = parse(text);
    expect(problems.map((problem) => [problem.code, problem.message])).toEqual([['CONFIG_ENV_SYNTAX', message]]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('any text survives in each spelling that can hold it', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('"', "'", '\\', '#', ' ', '\t', '\n', '\r', '`', '$', '{', '}', '%', '=', 'n', 'a') }));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.constantFrom('\n', '\r\n', ' # note\n')), { minLength: 1, maxLength: 4 }), (entries) => {
        for (const spell of [unquoted, single, double]) {
          const lines = entries.map(([value, end], index) => ({ name: `V${index}`, value, spelled: spell(value), end })).filter((line) => line.spelled !== null);
          const parsed = parse(lines.map(({ name, spelled, end }) => `${name}=${spelled}${end}`).join(''));
          expect(parsed.problems).toEqual([]);
          expect([...parsed.values]).toEqual(lines.map(({ name, value }) => [name, value]));
        }
      }),
      { numRuns: 500 },
    );
  });
});

function unquoted(value: string): string | null {
  return /[\n\r]|^["']|^[ \t]|[ \t]$|[ \t]#/.test(value) ? null : value;
}

function single(value: string): string | null {
  return value.includes("'") ? null : `'${value}'`;
}

function double(value: string): string {
  return `"${value.replace(/[\\"\n\r\t]/g, (character) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character]!)}"`;
}
