import { commandProblems } from '@tidemark/cli-kit/testing';
import { expect, test } from 'vitest';
import { COMMANDS } from './every-command.ts';

test.each(Object.entries(COMMANDS))('%s is a command of the house', (id, command) => {
  expect(commandProblems(id, command)).toEqual([]);
});
