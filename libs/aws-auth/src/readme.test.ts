import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the example of the README prints what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [code, output] = ['ts', 'text'].map((language) => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(readme)![1]!);
  const ran = await promisify(execFile)(process.execPath, ['--conditions=@tidemark/source', '--input-type=module-typescript', '-e', code!], { cwd: new URL('..', import.meta.url), env: { PATH: process.env['PATH'] } });
  expect(ran.stdout).toBe(output);
});
