import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { startProgram } from '../test/run-program.ts';

const PROGRAM = fileURLToPath(new URL('../test/terminal-progress.ts', import.meta.url));

/** Everything that the program writes to a real terminal of this size. */
async function inTerminal(columns: number, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const line = `stty cols ${columns} rows 20; '${process.execPath}' --conditions=@tidemark/source '${PROGRAM}'`;
  const child = spawn('script', ['-qec', line, '/dev/null'], { env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...variables }, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  return text;
}

test('on a terminal: pictures that fit, before and after it becomes narrower, and the cursor as it was', async () => {
  const text = await inTerminal(100);
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/).filter((line) => line.includes('rows'));
  expect(lines.find((line) => line.includes(' 10,000 rows'))).toMatch(/^SHOP_RO:sales\.orders +███░{7} 10,000 rows {2}1,000 rows\/s {2}100\.0 kB {2}reading {2}about 30 s left$/);
  expect(lines.find((line) => line.startsWith('all 2 tables') && line.includes(' 20,000 rows'))).toMatch(/ 0 done {2}about 30 s left$/);
  for (const line of lines) expect(stringWidth(line), line).toBeLessThan(100);
  for (const line of lines.slice(-3)) expect(stringWidth(line), line).toBeLessThan(50);
  expect(lines.at(-1)).toMatch(/^all 2 tables .*80,000 rows .*2 done$/);
  expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
  expect(stripVTControlCharacters(text).trimEnd().endsWith('end')).toBe(true);
});

test.each([[{ NO_COLOR: '1' }], [{}]])('no colours in it: %j', async (variables) => {
  // eslint-disable-next-line no-control-regex
  expect(await inTerminal(100, variables)).not.toMatch(/\u001b\[[\d;]*m/);
});

test('in CI with a terminal, and in a pipe: plain lines', async () => {
  const told = await inTerminal(100, { CI: 'true' });
  const { stderr } = await startProgram('terminal-progress.ts', []).ended;
  expect(told.replaceAll('\r\n', '\n')).toBe(stderr);
  expect(stderr).toMatch(/^SHOP_RO:sales\.orders: 10,000 rows read \(100\.0 kB, 1,000 rows\/s\), 0 batches staged, 0 rows loaded, about 30 s left$/m);
  expect(stderr).toMatch(/^all 2 tables: 0 done, \d0,000 rows read \(.* rows\/s\), about \d+ s left$/m);
  expect(stderr).not.toContain('\u001b');
});
