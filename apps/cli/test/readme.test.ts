import { copyFile, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigRoom } from './config-room.ts';
import { pageBlocks } from './page-blocks.ts';

const root = join(import.meta.dirname, '../../..');

test('the first commands of README.md run on the example configuration, with nothing filled in', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const block = pageBlocks(readme.slice(readme.indexOf('## From the terminal'))).find(({ language }) => language === 'sh');
  const lines = (block?.text ?? '').split('\n').filter((line) => line.startsWith('npx tidemark ')).map((line) => line.split(' ').slice(2));
  expect(lines.length).toBeGreaterThan(2);
  expect(block?.text).toContain('cp config/.env.example .env\n');

  await using room = await ConfigRoom.make({});
  await cp(join(root, 'config'), join(room.folder, 'config'), { recursive: true });
  await copyFile(join(root, 'config', '.env.example'), join(room.folder, '.env'));
  for (const args of lines) {
    const ended = await room.run(args);
    expect(ended.code, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`).toBe(0);
  }
});
