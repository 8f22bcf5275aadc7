import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenLinks, headingAnchors } from './page-links.ts';

const root = join(import.meta.dirname, '../../..');

/** README.md, docs/ and the README of every package. */
async function allPages(): Promise<readonly string[]> {
  const docs = (await readdir(join(root, 'docs'), { recursive: true })).filter((name) => name.endsWith('.md')).map((name) => join(root, 'docs', name));
  const packages = await Promise.all(['libs', 'apps', 'tools'].map(async (group) => (await readdir(join(root, group))).map((name) => join(root, group, name, 'README.md'))));
  return [join(root, 'README.md'), ...docs, ...packages.flat()].filter((path) => existsSync(path));
}

describe('headingAnchors', () => {
  test('are lower case, with hyphens for spaces, without punctuation and markup; a repeated one gets a number', () => {
    expect([...headingAnchors('# The `sync` command!\n## Größe: a_b\n## Twice\n## Twice\n```sh\n# no heading\n```\n### [Link](x.md) #\n')]).toEqual(['the-sync-command', 'größe-a_b', 'twice', 'twice-1', 'link']);
  });
});

describe('brokenLinks', () => {
  async function found(page: string): Promise<readonly string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-links-'));
    try {
      await writeFile(join(folder, 'page.md'), page);
      await writeFile(join(folder, 'other.md'), '# Other\n## A part\n');
      return brokenLinks(folder, [join(folder, 'page.md')]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('links to pages, folders, headings and other hosts may stand', async () => {
    expect(await found('# Page\n[a](other.md) [b](other.md#a-part) [c](#page) [d](.) [e](https://example.com/x#y) [f](mailto:a@example.com)\n')).toEqual([]);
  });

  test('a missing page, a missing heading and a path out of the workspace are told with page and line', async () => {
    expect(await found('# Page\n\n[a](gone.md)\n[b](other.md#b), [c](#nothing)\n[d](../x.md)\n')).toEqual([
      'page.md:3: gone.md is not there',
      'page.md:4: other.md#b names no heading of the page',
      'page.md:4: #nothing names no heading of the page',
      'page.md:5: ../x.md leaves the workspace',
    ]);
  });

  test('code is not looked at', async () => {
    expect(await found('```md\n[a](gone.md)\n```\n`[a](gone.md)` ````\n')).toEqual([]);
  });
});

test('every relative link of every page leads to a file and a heading that are there', async () => {
  expect(brokenLinks(root, await allPages())).toEqual([]);
});
