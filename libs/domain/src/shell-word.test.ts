import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from './shell-word.ts';

test.each([
  ['sales.orders', 'sales.orders'],
  ['SHOP_RO:sales.注文', 'SHOP_RO:sales.注文'],
  ['sales.or;rm', "'sales.or;rm'"],
  ["sales.it's", String.raw`'sales.it'\''s'`],
  ['', "''"],
])('%j is typed as %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test('a shell gives back what was put in', () => {
  const texts = fc.sample(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')), { seed: 20_260_131, numRuns: 200 });
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`], { encoding: 'utf8' });
  expect(stdout.split('\0').slice(0, -1)).toEqual(texts);
});
