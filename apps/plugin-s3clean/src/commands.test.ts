import { readFile } from 'node:fs/promises';
import type { Command } from '@oclif/core';
import { TidemarkCommand } from '@tidemark/cli-kit';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from './index.ts';

const IDS = ['s3clean:list'];

test('the commands exist under their ids, and no others', () => {
  expect(Object.keys(COMMANDS).sort()).toEqual(IDS);
});

describe.each(Object.entries(COMMANDS))('%s', (id, command: Command.Class) => {
  const words = id.replaceAll(':', ' ');

  test('is a Tidemark command with a summary of one sentence', () => {
    expect(Object.getPrototypeOf(command)).toBe(TidemarkCommand);
    expect(command.summary).toMatch(/^[A-Z].*\.$/);
  });

  test('has examples that name the program and the command by its id', () => {
    expect(command.examples?.length).toBeGreaterThan(0);
    for (const example of command.examples ?? []) expect(example).toMatch(/^<%= config\.bin %> <%= command\.id %> \S/);
  });

  test('each flag has a summary, and a value its name', () => {
    for (const [name, flag] of Object.entries({ ...command.baseFlags, ...command.flags })) {
      expect(flag.summary, name).toMatch(/\.$/);
      if (flag.type === 'option' && flag.options === undefined) expect(flag.helpValue, name).toMatch(/^[A-Z]+$/);
    }
  });

  test('each flag of an example is one that the command takes', () => {
    const flags = Object.entries({ ...command.baseFlags, ...command.flags }).flatMap(([name, { char }]) => [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]);
    for (const example of command.examples ?? []) for (const [flag] of String(example).matchAll(/(?<=\s)--?[a-z][\w-]*/g)) expect(flags, String(example)).toContain(flag);
  });

  test('stands in the README with its flags', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${words}\` |`));
    expect(row, words).toBeDefined();
    for (const [name, { char }] of Object.entries(command.flags ?? {})) expect(row).toMatch(new RegExp(char === undefined ? `\`--${name}\`` : `\`-${char} --${name}\``));
  });

  test('the README shows only flags that exist', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${words}\` |`)) ?? '';
    const names = Object.keys(command.flags ?? {}).map((name) => `--${name}`);
    for (const [flag] of (row.split('|').at(-2) ?? '').matchAll(/--[a-z][\w-]*/g)) expect(names).toContain(flag);
  });
});
