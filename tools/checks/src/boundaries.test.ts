import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, expect, test, vi } from 'vitest';

const root = join(import.meta.dirname, '../../..');

// In CI typescript-eslint takes every file from the disk and would not look at the texts of this test.
beforeAll(() => {
  vi.stubEnv('TSESTREE_SINGLE_RUN', 'false');
  return () => vi.unstubAllEnvs();
});

/** Lints a text as if it were a file of a project, by the project's own rules. */
async function messagesOf(file: string, text: string): Promise<string[]> {
  const cwd = join(root, file.split('/').slice(0, 2).join('/'));
  const [result] = await new ESLint({ cwd }).lintText(text, { filePath: join(root, file) });
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

test.each([
  ['an adapter that imports an adapter', 'libs/watermark/src/index.ts', "export * from '@tidemark/s3-store';", '@nx/enforce-module-boundaries'],
  ['the domain that imports a library', 'libs/domain/src/index.ts', "export * from '@tidemark/layout';", '@nx/enforce-module-boundaries'],
  ['a library that imports an entry', 'libs/cli-kit/src/index.ts', "export * from '@tidemark/cli';", '@nx/enforce-module-boundaries'],
  ['a driver outside its owners', 'libs/sync-engine/src/wiring/index.ts', "export * from 'mysql2';", '@nx/enforce-module-boundaries'],
  ['a stand-in that learns from what it tests', 'tools/s3-emulator/src/index.ts', "export * from '@tidemark/domain';", '@nx/enforce-module-boundaries'],
  ['a pure layer that reads files', 'libs/layout/src/index.ts', "export { readFile } from 'node:fs/promises';", 'no-restricted-imports'],
  ['the engine that imports an adapter', 'libs/sync-engine/src/engine/index.ts', "export * from '@tidemark/watermark';", 'no-restricted-imports'],
])('%s is reported', async (_name, file, text, rule) => {
  expect((await messagesOf(file, text)).join('\n')).toContain(rule);
});

test('an allowed import is not reported', async () => {
  expect(await messagesOf('libs/watermark/src/index.ts', "export { tableId } from '@tidemark/layout';\n")).toEqual([]);
});
