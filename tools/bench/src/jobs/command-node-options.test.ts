import { expect, test } from 'vitest';
import { commandNodeOptions } from './command-node-options.ts';

test('the command line says how large its young generation may be', () => {
  expect(commandNodeOptions()).toEqual([expect.stringMatching(/^--max-semi-space-size=\d+$/)]);
});
