import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tidemark-home-'));
});
afterEach(async () => await rm(home, { recursive: true }));

/** Folders and files in the home after `tidemark version` with these variables and no others. */
async function leftBy(variables: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { status, stderr } = spawnSync(process.execPath, [TIDEMARK, 'version'], { env: { HOME: home, ...variables }, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return await readdir(home, { recursive: true });
}

test('what was compiled is kept in the user’s cache folder', async () => {
  expect((await leftBy({})).filter((path) => path.startsWith('.cache/tidemark/compiled/')).length).toBeGreaterThan(10);
});

test.each([
  ['XDG_CACHE_HOME names the folder', 'XDG_CACHE_HOME', 'elsewhere', 'elsewhere/tidemark/compiled/'],
  ['NODE_COMPILE_CACHE does, for every program of Node', 'NODE_COMPILE_CACHE', 'everywhere', 'everywhere/'],
])('%s', async (_name, variable, folder, prefix) => {
  const left = await leftBy({ [variable]: join(home, folder) });
  expect(left.filter((path) => path.startsWith(prefix)).length).toBeGreaterThan(10);
  expect(left.filter((path) => path.startsWith('.cache'))).toEqual([]);
});

test('NODE_DISABLE_COMPILE_CACHE turns it off', async () => {
  expect(await leftBy({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual([]);
});

test('where the folder cannot be made, nothing is kept and nothing is said', async () => {
  await writeFile(join(home, '.cache'), 'a file');
  expect(await leftBy({})).toEqual(['.cache']);
});
