import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staleSources } from './current-build.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'tidemark-build-'));
  for (const folder of ['apps/cli/src/commands', 'apps/cli/dist', 'libs']) await mkdir(join(workspace, folder), { recursive: true });
});
afterEach(async () => await rm(workspace, { recursive: true }));

const source = async (name: string, text: string): Promise<void> => await writeFile(join(workspace, 'apps/cli/src', name), text);
/** What the compiler writes down; a text that nothing refers to is named by its hash alone. */
const built = async (texts: Readonly<Record<string, string>>): Promise<void> => {
  const hashes = Object.values(texts).map((text) => createHash('sha256').update(text).digest('hex'));
  await writeFile(join(workspace, 'apps/cli/dist/tsconfig.lib.tsbuildinfo'), JSON.stringify({ fileNames: Object.keys(texts).map((name) => `../src/${name}`), fileInfos: hashes.map((version, index) => (index % 2 === 0 ? { version } : version)) }));
};

test('sources as they were built are not stale, and tests do not count', async () => {
  await source('main.ts', 'one');
  await source('commands/sync.ts', 'two');
  await source('main.test.ts', 'a test');
  await built({ 'main.ts': 'one', 'commands/sync.ts': 'two' });
  expect(await staleSources(workspace)).toEqual([]);
});

test('a source that has changed, one that is new, and all of what was never built are stale', async () => {
  await source('main.ts', 'one, changed');
  await source('commands/sync.ts', 'two');
  await source('new.ts', 'three');
  await built({ 'main.ts': 'one', 'commands/sync.ts': 'two' });
  expect([...(await staleSources(workspace))].sort()).toEqual(['apps/cli/src/main.ts', 'apps/cli/src/new.ts']);
  await rm(join(workspace, 'apps/cli/dist/tsconfig.lib.tsbuildinfo'));
  expect(await staleSources(workspace)).toHaveLength(3);
});
