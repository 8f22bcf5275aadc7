import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = (language: string): readonly string[] => [...README.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code!);

test('the example of the typed queries prints what it says', async () => {
  const ran = await promisify(execFile)(process.execPath, ['--conditions=@tidemark/source', '--input-type=module-typescript', '-e', blocks('ts')[1]!], { cwd: new URL('..', import.meta.url) });
  expect(ran.stdout).toBe(blocks('text')[0]);
});
