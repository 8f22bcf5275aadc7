import { describe, expect, test } from 'vitest';
import { toValue } from '../tree/to-value.ts';
import { parseYaml, YAML_LIMITS } from './parse-yaml.ts';

const parse = (text: string) => parseYaml({ path: 'config/x.yml', text }, 'pipeline');

describe('YAML that is refused', () => {
  test.each([
    ['an open quote', 'a: 1\nb: "x', 2, 6, 'a closing quote, bracket, comma or colon is missing'],
    ['a colon in a value', 'a: b: c', 1, 4, 'a colon and a space inside a value, or a second key on one line'],
    ['a tab', 'a:\n\tb: 1', 2, 1, 'a tab is used for indentation'],
    ['a reserved character', 'a: @x', 1, 4, 'an unquoted value cannot begin with this character'],
    ['a bad escape', 'a: "\\q"', 1, 5, 'an escape sequence in a double-quoted value is not valid'],
    ['an open bracket', 'a: [1\nb: 2', 2, 1, 'the indentation is wrong, or a bracket is not closed'],
    ['a key twice', 'a: 1\nb: 2\na: 3', 3, 1, 'the same key stands twice in one map'],
    ['two documents', 'a: 1\n---\nb: 2', 2, 1, 'the file holds more than one document (---)'],
    ['a directive', '%YAML 1.1\n---\na: yes', 1, 1, 'directives (% at the start of a line) are not allowed'],
    ['a list', '- a', 1, 1, 'the document is not a map of keys'],
    ['text', 'hello', 1, 1, 'the document is not a map of keys'],
    ['a tag of its own', 'a: !foo x', 1, 9, 'a tag (!) stands before the value'],
    ['a binary tag', 'a: !!binary aGk=', 1, 13, 'a tag (!) stands before the value'],
    ['a string tag', 'a: !!str 1', 1, 10, 'a tag (!) stands before the value'],
    ['a set', 'a: !!set {x, y}', 1, 10, 'a tag (!) stands before the value'],
    ['an alias without anchor', 'a: *nope', 1, 4, 'the alias (*) has no anchor (&) before it'],
    ['a list as key', '? [a]\n: 1', 1, 3, 'a key is not plain text'],
    ['an unquoted variable in braces', 'a: {h: ${DB_HOST}}', 1, 9, 'something stands here that YAML does not expect'],
  ])('%s', (_name, text, line, column, sentence) => {
    const { tree, problems } = parse(text);
    expect(tree).toBeNull();
    expect(problems.map((problem) => [problem.code, problem.line, problem.column, problem.message])).toEqual([
      ['CONFIG_YAML_SYNTAX', line, column, `config/x.yml:${line}:${column}: ${sentence}`],
    ]);
  });

  test('the remedy for an unquoted variable says how to write it', () => {
    expect(parse('a: {h: ${DB_HOST}}').problems[0]?.remedy).toBe('Inside { } and [ ] a variable needs quotes: "${NAME}".');
  });

  test('every duplicate key is reported', () => {
    expect(parse('a: 1\na: 2\nb: 1\nb: 2').problems.map((problem) => problem.line)).toEqual([2, 4]);
  });

  test('a file over the size limit', () => {
    const { problems } = parse(`a: ${'x'.repeat(YAML_LIMITS.bytes)}`);
    expect(problems.map((problem) => problem.message)).toEqual([`config/x.yml:1:1: the file has more than ${YAML_LIMITS.bytes} bytes`]);
  });

  test.each([
    ['brackets', '['.repeat(100_000)],
    ['maps', Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['a closed list', `a: ${'['.repeat(200)}${']'.repeat(200)}`],
    ['an alias inside its anchor', 'a: &x { b: *x }'],
  ])('too deep: %s', (_name, text) => {
    const { problems } = parse(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/nested|the indentation is wrong/);
  });

  test('aliases that expand to a billion values', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `k${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(', ')}]`);
    const { problems } = parse(['k0: &a0 [lol]', ...levels].join('\n'));
    expect(problems.map((problem) => problem.message.replace(/:\d+:\d+:/, ':'))).toEqual([`config/x.yml: the document has more than ${YAML_LIMITS.nodes} values, aliases expanded`]);
  });
});

describe('YAML that is read', () => {
  test('values by the core schema of YAML 1.2', () => {
    expect(toValue(parse('a: 1\nb: yes\nc: 0x10\nd: "2"\ne: 1.5\nf: true\ng: ~\nh: [x]\ni: 2001-01-01\n7: seven').tree!)).toEqual({
      a: 1, b: 'yes', c: 16, d: '2', e: 1.5, f: true, g: null, h: ['x'], i: '2001-01-01', 7: 'seven',
    });
  });

  test('an empty file is an empty map', () => {
    expect(toValue(parse('').tree!)).toEqual({});
    expect(toValue(parse('# nothing yet\n').tree!)).toEqual({});
  });

  test('anchors and aliases', () => {
    expect(toValue(parse('a: &x { y: &z 1 }\nb: *x\nc: &x 2\nd: *x\ne: *z').tree!)).toEqual({ a: { y: 1 }, b: { y: 1 }, c: 2, d: 2, e: 1 });
  });

  test('a key named __proto__ is a key', () => {
    const value = toValue(parse('__proto__: { polluted: true }').tree!) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
