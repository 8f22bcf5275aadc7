import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkExamples, exampleBlocks } from './readme-examples.ts';

const root = join(import.meta.dirname, '../../..');

async function readmes(): Promise<readonly string[]> {
  const libraries = (await readdir(join(root, 'libs'))).map((name) => join(root, 'libs', name, 'README.md'));
  return [join(root, 'README.md'), ...libraries].filter((path) => existsSync(path));
}

describe('exampleBlocks', () => {
  test('finds ts blocks with the line on which their code begins, and no others', () => {
    const page = ['# Title', '```ts', 'const a = 1;', '```', 'text', '```', 'no code', '```', '```sh', 'npm test', '```', '```typescript', 'const b = 2;', '', 'a;', '```', ''].join('\n');
    expect(exampleBlocks(page)).toEqual([{ code: 'const a = 1;\n', line: 3 }, { code: 'const b = 2;\n\na;\n', line: 13 }]);
  });

  test('a longer fence holds a shorter one; one that is not closed goes to the end', () => {
    expect(exampleBlocks('````ts\n```\n````\n```ts\nx')).toEqual([{ code: '```\n', line: 2 }, { code: 'x\n', line: 5 }]);
  });
});

describe('checkExamples', () => {
  async function complaintsOf(page: string): Promise<readonly string[]> {
    const folder = await mkdtemp(join(root, 'tools/checks/.readme-'));
    try {
      await mkdir(join(folder, 'page'));
      await writeFile(join(folder, 'page', 'README.md'), page);
      return checkExamples(root, [join(folder, 'page', 'README.md')]).map((text) => text.slice(text.indexOf('README.md')));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('names the line of the page, and the mistake', async () => {
    const page = ['# Page', '', '```ts', "import { Secret } from '@tidemark/domain';", "const secret = new Secret('x');", 'secret.tell();', '```', '', '```ts', 'const n: number = "text";', '```'].join('\n');
    expect(await complaintsOf(page)).toEqual([
      "README.md:6:8: Property 'tell' does not exist on type 'Secret'.",
      "README.md:10:7: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  test('blocks are modules of their own: they may wait, and use the same names', async () => {
    expect(await complaintsOf("```ts\nconst a = await Promise.resolve(1);\nconsole.log(a);\n```\n```ts\nconst a = 'again';\nconsole.log(a);\n```\n")).toEqual([]);
  });

  test('a package entry that does not exist, a name that is not exported and a syntax error are found', async () => {
    const found = await complaintsOf("```ts\nimport { x } from '@tidemark/domain/nothing';\nimport { NoSuchName } from '@tidemark/domain';\nx(NoSuchName);\n```\n```ts\nconst a = ;\n```\n");
    expect(found.join('\n')).toMatch(/README\.md:2:\d+: Cannot find module '@tidemark\/domain\/nothing'/);
    expect(found.join('\n')).toMatch(/README\.md:3:\d+: .*has no exported member 'NoSuchName'/);
    expect(found.join('\n')).toMatch(/README\.md:7:11: Expression expected/);
  });
});

test('the examples of README.md and of every library compile against the workspace', async () => {
  expect(checkExamples(root, await readmes())).toEqual([]);
});

test('README.md and every library have an example', async () => {
  const without: string[] = [];
  for (const page of await readmes()) if (exampleBlocks(await readFile(page, 'utf8')).length === 0) without.push(page.slice(root.length + 1));
  expect(without).toEqual([]);
});
