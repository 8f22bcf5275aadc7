import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '@tidemark/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeResult } from './write-result.ts';

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
