import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  // As root the stack runs PostgreSQL as nobody, who has to pass through.
  await chmod(folder, 0o711);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface DemoProcess {
  readonly child: ChildProcess;
  output(): string;
  /** Exit code or signal, once the output is complete. */
  readonly ended: Promise<number | string | null>;
}

/** The demo as a process whose temporary files are all in `folder`. */
function startDemo(...args: string[]): DemoProcess {
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: folder, CI: '1' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return { child, output: () => output, ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code))) };
}

/** The watchdog of the local stack removes its folder a moment after the process has ended. */
async function leftovers(): Promise<string[]> {
  const deadline = Date.now() + 10_000;
  while ((await readdir(folder)).length > 0 && Date.now() < deadline) await sleep(100);
  return readdir(folder);
}

async function untilWritten(demo: DemoProcess, text: string): Promise<void> {
  while (!demo.output().includes(text)) {
    if (demo.child.exitCode !== null) throw new Error(`The demo ended without "${text}":\n${demo.output()}`);
    await sleep(20);
  }
}

/** A line without its figures and the spaces that they need. */
function shapeOf(line: string): string {
  return line.replaceAll(/\d[\d,.]*/g, 'N').replaceAll(/ +/g, ' ');
}

/** What the capture in the README has of the demo itself; what tidemark shows in between depends on the terminal. */
async function readmeLines(): Promise<readonly string[]> {
  const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
  const [, capture] = /```text\n\$ npm run demo\n([^]*?)```/.exec(readme)!;
  const own = capture!.split('\n').filter((line) => /^(demo: |\$ tidemark |table +first sync|(customers|orders|order_items|type_samples|policy_samples|all|rows\/s) {2})/.test(line));
  expect(own.length).toBeGreaterThan(14);
  return own.map(shapeOf);
}

test('two syncs and a comparison: exit 0, a table with every row equal, nothing left behind', async () => {
  const demo = startDemo('--rows', '300');
  expect(await demo.ended, demo.output()).toBe(0);
  expect(demo.output().match(/^\$ tidemark sync pipeline -p shop_pipeline$/gm)).toHaveLength(2);
  for (const [table, rows] of [['customers', '30'], ['orders', '314'], ['order_items', '610'], ['type_samples', '222'], ['policy_samples', '51'], ['all', '1,227']]) {
    expect(demo.output()).toMatch(new RegExp(`^${table} .* ${rows} +yes$`, 'm'));
  }
  const output = demo.output().split('\n').map(shapeOf);
  for (const line of await readmeLines()) expect(output).toContain(line);
  expect(await leftovers()).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle of a sync: exit %i, nothing left behind', async (signal, exitCode) => {
  const demo = startDemo('--rows', '20000');
  await untilWritten(demo, 'sales.order_items: started');
  demo.child.kill(signal);
  expect(await demo.ended, demo.output()).toBe(exitCode);
  expect(demo.output()).not.toContain('second sync');
  expect(await leftovers()).toEqual([]);
});

test('unknown arguments: the usage and exit 2, no server is started', async () => {
  const demo = startDemo('--frobnicate');
  expect(await demo.ended).toBe(2);
  expect(demo.output()).toContain('npm run demo -- --keep');
  expect(await readdir(folder)).toEqual([]);
});
