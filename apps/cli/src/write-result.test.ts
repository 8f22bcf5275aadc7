import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '@tidemark/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireWritable, writeResult } from './write-result.ts';

const RESULT = { execution_id: 'sync_1', status: 'success' } as RunResult;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-result-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a result replaces the one before, and nothing else is left', async () => {
  const path = join(folder, 'result.json');
  await writeFile(path, 'the one before, which was much longer than this one is');
  await writeResult(path, RESULT);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(RESULT);
  expect(await readdir(folder)).toEqual(['result.json']);
});

test('what cannot be written leaves nothing half written', async () => {
  await mkdir(join(folder, 'result.json'));
  await expect(writeResult(join(folder, 'result.json'), RESULT)).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(folder)).toEqual(['result.json']);
});

test('before a run, the folders of its files are made and nothing is left in them', async () => {
  await requireWritable('--json-output', join(folder, 'a', 'b', 'result.json'));
  expect(await readdir(join(folder, 'a', 'b'))).toEqual([]);
});

test('a result that is there stays until the new one is whole', async () => {
  const path = join(folder, 'result.json');
  await writeFile(path, 'the one before');
  await requireWritable('--json-output', path);
  expect(await readFile(path, 'utf8')).toBe('the one before');
  expect(await readdir(folder)).toEqual(['result.json']);
});

test.each([['a folder', '.', 'EISDIR'], ['a file in a file', 'file/result.json', 'ENOTDIR|EEXIST']])('%s is refused as a wrong flag', async (_name, path, code) => {
  await writeFile(join(folder, 'file'), '');
  await expect(requireWritable('--metrics-file', join(folder, path))).rejects.toMatchObject({ code: 'CLI_USAGE', exit: 2, message: expect.stringMatching(`^--metrics-file: .* cannot be written: (${code})$`) });
});
