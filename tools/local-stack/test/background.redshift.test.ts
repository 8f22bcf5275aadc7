import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireStack, startInBackground, stopStack } from '../src/background-stack.ts';
import { openMysqlSession } from '../src/index.ts';
import { type StackPlace, stackPlace } from '../src/run-stack.ts';
import { isRunning, readStackState } from '../src/stack-state.ts';

let place: StackPlace;
beforeEach(() => {
  place = stackPlace(mkdtempSync(join(tmpdir(), 'background-test-')));
});
afterEach(() => {
  rmSync(place.folder, { recursive: true, force: true });
});

function command(): string[] {
  const program = `
    import { runStack, stackPlace } from ${JSON.stringify(join(import.meta.dirname, '../src/run-stack.ts'))};
    await runStack(stackPlace(${JSON.stringify(place.folder)}), () => process.send('ready'));
  `;
  return ['--conditions=@tidemark/source', '--input-type=module', '-e', program];
}

test('a stack in the background answers, is one at a time, and leaves nothing when it is stopped', async () => {
  const state = await startInBackground(place, command());
  try {
    const url = new URL(state.environment.TEST_MYSQL_URL!);
    {
      await using session = await openMysqlSession({ host: url.hostname, port: Number(url.port), username: url.username, password: url.password, database: 'sales' });
      expect(await session.rows('SELECT COUNT(*) AS count FROM orders')).toEqual([{ count: '1000' }]);
    }
    await expect(startInBackground(place, command())).rejects.toMatchObject({ code: 'STACK_ALREADY_RUNNING' });
  } finally {
    await stopStack(place);
  }
  expect(isRunning(state)).toBe(false);
  for (const name of ['state.json', 'config', '.env']) expect(existsSync(join(place.folder, name)), name).toBe(false);
  await expect(stopStack(place)).rejects.toMatchObject({ code: 'STACK_NOT_RUNNING' });
});

test('a stack that was killed counts as not running, and another can start', async () => {
  const first = await startInBackground(place, command());
  process.kill(first.pid, 'SIGKILL');
  while (isRunning(first)) await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(requireStack(place)).rejects.toMatchObject({ code: 'STACK_NOT_RUNNING' });
  const second = await startInBackground(place, command());
  expect(second.pid).not.toBe(first.pid);
  await stopStack(place);
});

test('a process with the same id that began at another time is not the stack', async () => {
  const state = { pid: process.pid, processStart: '1', startedAt: '2024-01-01T00:00:00.000Z', configFolder: '/nowhere', environment: {} };
  writeFileSync(place.stateFile, JSON.stringify(state));
  expect(await readStackState(place.stateFile)).toBeUndefined();
});

test('a stack that cannot start says why', async () => {
  await expect(startInBackground(place, ['-e', 'console.log("no room"); process.exit(3)'])).rejects.toMatchObject({ code: 'STACK_SERVER_FAILED', message: expect.stringContaining('no room') });
});
