import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { COMMANDS as CLI } from '@tidemark/cli';
import { COMMANDS as S3CLEAN } from '@tidemark/plugin-s3clean/every-command';
import { COMMANDS as WATERMARK } from '@tidemark/plugin-watermark/every-command';
import { describe, expect, test } from 'vitest';
import { commandLineProblem, tidemarkLines } from './command-lines.ts';
import { allPages } from './pages.ts';

const root = join(import.meta.dirname, '../../..');
const COMMANDS = { ...CLI, ...WATERMARK, ...S3CLEAN };

test('the command lines of a page are those of its shell blocks, those that go on put together', () => {
  const page = '# Page\ntidemark sync\n```sh\nnpx tidemark info # here\ntidemark sync \\\n  -t sales.orders\necho tidemark x\n```\n```text\ntidemark y\n```\n';
  expect(tidemarkLines(page)).toEqual([{ text: 'tidemark info', line: 4 }, { text: 'tidemark sync -t sales.orders', line: 5 }]);
});

describe('commandLineProblem', () => {
  test.each(['tidemark watermark get -t sales.orders', 'tidemark config show-pipeline shop_pipeline --all', 'tidemark sync --help', 'tidemark connections test SHOP_RO', "tidemark sync backfill -t sales.orders --from '2026-01-01 -x'"])('%s can be typed', (line) => {
    expect(commandLineProblem(line, COMMANDS)).toBeUndefined();
  });

  test.each([['tidemark watermrak get', 'there is no command watermrak get'], ['tidemark watermark get --tabel x', 'watermark get has no --tabel'], ['tidemark sync pipeline -z', 'sync pipeline has no -z']])('%s cannot', (line, problem) => {
    expect(commandLineProblem(line, COMMANDS)).toBe(problem);
  });
});

test('every tidemark command line of every page names a command and flags that are there', async () => {
  const problems: string[] = [];
  for (const page of await allPages(root)) {
    for (const { text, line } of tidemarkLines(await readFile(page, 'utf8'))) {
      const problem = commandLineProblem(text, COMMANDS);
      if (problem !== undefined) problems.push(`${relative(root, page)}:${line}: ${problem}`);
    }
  }
  expect(problems).toEqual([]);
});

test('every group of commands has a description of its own in the help', async () => {
  const groups = new Set(Object.keys(COMMANDS).flatMap((id) => id.split(':').slice(0, -1).map((_, index, words) => words.slice(0, index + 1).join(':'))));
  const described = new Set<string>();
  for (const app of ['cli', 'plugin-watermark', 'plugin-s3clean']) {
    const { oclif } = JSON.parse(await readFile(join(root, 'apps', app, 'package.json'), 'utf8')) as { oclif: { topics?: Record<string, { description: string }> } };
    for (const [topic, { description }] of Object.entries(oclif.topics ?? {})) if (description.endsWith('.')) described.add(topic);
  }
  expect([...groups].filter((group) => !described.has(group))).toEqual([]);
});
