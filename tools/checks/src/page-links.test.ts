import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenLinks, missingPaths, pageAnchors } from './page-links.ts';
import { allPages } from './pages.ts';

const root = join(import.meta.dirname, '../../..');

describe('pageAnchors', () => {
  test('are lower case, with hyphens for spaces, without punctuation and markup; a repeated one gets a number', () => {
    expect([...pageAnchors('# The `sync` command!\n## Größe: a_b\n## Twice\n## Twice\n```sh\n# no heading\n```\n### [Link](x.md) #\n| <a id="own"></a> |\n')]).toEqual(['the-sync-command', 'größe-a_b', 'twice', 'twice-1', 'link', 'own']);
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
      'page.md:4: other.md#b names no place of the page',
      'page.md:4: #nothing names no place of the page',
      'page.md:5: ../x.md leaves the workspace',
    ]);
  });

  test('code is not looked at', async () => {
    expect(await found('```md\n[a](gone.md)\n```\n`[a](gone.md)` ````\n')).toEqual([]);
  });
});

test('every relative link of every page leads to something that is there', async () => {
  expect(brokenLinks(root, await allPages(root))).toEqual([]);
});

test('missingPaths tells a file that is not there, and takes no placeholder and no other code for one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-links-'));
  try {
    await writeFile(join(folder, 'page.md'), 'See `libs/domain/src/gone.ts`, `libs/*/README.md`, `docs/NAME.md`, `npm run libs/x` and `sync`.\n```sh\nls `libs/gone`\n```\n');
    expect(missingPaths(folder, [join(folder, 'page.md')])).toEqual(['page.md:1: libs/domain/src/gone.ts is not there']);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every file of the workspace that a page names is there', async () => {
  expect(missingPaths(root, await allPages(root))).toEqual([]);
});
