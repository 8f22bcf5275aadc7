import { loadConfig } from '@tidemark/config/node';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commandError } from './tidemark-command.ts';
import { CliError } from './errors.ts';
import { errorText } from './error-text.ts';

beforeEach(() => {
  vi.stubEnv('FORCE_COLOR', undefined);
  vi.stubEnv('NO_COLOR', '1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('an error is its code, its sentence and what to try', () => {
  expect(errorText(new CliError('CLI_USAGE', { message: 'No table is named.', remedy: ['Name a table.', 'Or add --all.'] }))).toBe(
    ['Error CLI_USAGE: No table is named.', 'Try: Name a table.', '     Or add --all.'].join('\n'),
  );
});

test('an error without a remedy has no empty lines', () => {
  expect(errorText(new CliError('CLI_USAGE', { message: 'No.', remedy: [] }))).toBe('Error CLI_USAGE: No.');
});

test('no control character of a message or a remedy reaches the terminal', () => {
  const text = errorText(new CliError('CLI_USAGE', { message: 'two\nlines \u001b[31m', remedy: ['\u0007ring'] }));
  expect(text).toBe('Error CLI_USAGE: two\nlines \\u001b[31m\nTry: \\u0007ring');
});

test('details that only look like problems are left alone', () => {
  expect(errorText(new CliError('CLI_USAGE', { message: 'No.', remedy: [], details: { problems: 3 } }))).toBe('Error CLI_USAGE: No.');
});

describe('problems of a configuration', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-error-text-'));
    await mkdir(join(folder, 'config', 'pipelines'), { recursive: true });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function textOf(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'config', name), text);
    try {
      await loadConfig({ directory: join(folder, 'config') });
    } catch (error) {
      return errorText(commandError(error)).replaceAll(folder, '');
    }
    throw new Error('the configuration was taken');
  }

  test('each has its own code, place, lines of the file and remedy', async () => {
    const text = await textOf({
      'connections.yml': 'connections:\n  sources:\n    SHOP_RO: { hots: mysql.example.com }\n',
      'pipelines/shop_pipeline.yml': 'pipeline:\n  source: SHOP_RO\n  target: [dw\n',
    });
    const blocks = text.split('\n\n');
    expect(blocks.length).toBeGreaterThanOrEqual(2);
    for (const block of blocks) expect(block).toMatch(/^Error [A-Z_]+: \S+\.yml:\d+:\d+: .+/);
    expect(text).toMatch(/Error CONFIG_UNKNOWN_KEY: [^\n]*connections\.yml:3:16: [^\n]*hots/);
    expect(text).toMatch(/3 \|\s+SHOP_RO: \{ hots/);
    expect(text).toMatch(/Error CONFIG_YAML\w*: [^\n]*shop_pipeline\.yml/);
    expect(text.match(/^Try: /gm)?.length).toBe(blocks.length);
  });

  test('a line that may hold a secret is masked in its frame', async () => {
    const text = await textOf({ 'connections.yml': 'connections:\n  sources:\n    SHOP_RO:\n      password: hunter2\n      hots: mysql.example.com\n' });
    expect(text).toContain('hots');
    expect(text).not.toContain('hunter2');
  });
});
