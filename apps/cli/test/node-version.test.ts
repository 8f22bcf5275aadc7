import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const TIDEMARK = fileURLToPath(new URL('../bin/run.js', import.meta.url));

/** `tidemark version` in a Node that says it is of this version. */
function runIn(version: string): { readonly status: number | null; readonly stderr: string } {
  const pretence = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  return spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(pretence)}`, TIDEMARK, 'version'], { encoding: 'utf8' });
}

test.each(['20.20.2', '24.17.1'])('in Node %s it says which one it needs', (version) => {
  const { status, stderr } = runIn(version);
  expect(status).toBe(70);
  expect(stderr).toContain(`tidemark needs Node 24.18 or newer; this is Node ${version}`);
  expect(stderr).toContain('Try: ');
});

test.each(['24.18.0', '25.0.0'])('it runs in Node %s', (version) => {
  expect(runIn(version).status).toBe(0);
});

test('what it needs is what its package says', async () => {
  const { engines } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { readonly engines: { readonly node: string } };
  expect(engines.node).toBe('>=24.18');
});
