import type { CommandModules } from '@tidemark/cli-kit';
import { expect, test } from 'vitest';
import { findCommand, helpedWords, isTopic } from './find-command.ts';

const unloaded = (): never => {
  throw new Error('nothing is to be loaded');
};
const MODULES: CommandModules = { sync: unloaded, 'sync:pipeline': unloaded, 'config:explain': unloaded, version: unloaded };

test.each([
  ['sync pipeline -p shop', 'sync:pipeline', '-p shop'],
  ['sync -t pipeline', 'sync', '-t pipeline'],
  ['sync pipelin -p shop', 'sync', 'pipelin -p shop'],
  ['config explain lag', 'config:explain', 'lag'],
  ['config explain a=b', 'config:explain', 'a=b'],
  ['version', 'version', ''],
  ['sync:pipeline -p shop', 'sync:pipeline', '-p shop'],
  ['sync -- --help', 'sync', '-- --help'],
])('%s is %s, with the words: %s', (line, id, rest) => {
  const found = findCommand(MODULES, line.split(' '));
  expect([found?.id, found?.argv.join(' ')]).toEqual([id, rest]);
});

test.each(['', '--help', '--version', '-p shop', 'config', 'sinc', 'sync pipeline --help', 'toString', 'sync --json --help'])('%s is for oclif', (line) => {
  expect(findCommand(MODULES, line.split(' ').filter((word) => word !== ''))).toBeNull();
});

test.each([
  ['help', []],
  ['help sync plan', ['sync', 'plan']],
  ['sync plan --help', ['sync', 'plan']],
  ['sync -t a --help', ['sync']],
  ['--help', []],
  ['sync plan', null],
  ['sync -- --help', null],
])('help by %j is about %j', (line, words) => {
  expect(helpedWords(line.split(' '))).toEqual(words);
});

test('a topic is the beginning of commands, word by word', () => {
  expect(['sync', 'config', 'conf', 'version', 'sync pipeline'].map((words) => isTopic(MODULES, words.split(' ')))).toEqual([true, true, false, false, false]);
});
