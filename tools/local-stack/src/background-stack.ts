import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { STACK_ALREADY_RUNNING, STACK_NOT_RUNNING, STACK_SERVER_FAILED, StackError } from './errors.ts';
import { type StackPlace, removeWritten } from './run-stack.ts';
import { type StackState, isRunning, readStackState } from './stack-state.ts';

const STOP_TIMEOUT_MS = 15_000;

/** @throws StackError `STACK_ALREADY_RUNNING` */
export async function requireNoStack(place: StackPlace): Promise<void> {
  const running = await readStackState(place.stateFile);
  if (running === undefined) return;
  throw new StackError(STACK_ALREADY_RUNNING, `A stack is running already (process ${running.pid}, since ${running.startedAt}).`, [
    'Use it: eval "$(npm run --silent stack -- env)"',
    'Or end it: npm run stack -- stop',
  ]);
}

/** @throws StackError `STACK_NOT_RUNNING` */
export async function requireStack(place: StackPlace): Promise<StackState> {
  const running = await readStackState(place.stateFile);
  if (running === undefined) throw new StackError(STACK_NOT_RUNNING, 'No stack is running.', ['Start one: npm run stack -- start']);
  return running;
}

/**
 * Starts a stack in a process of its own that outlives this one, and resolves when it is ready.
 *
 * @param command Node arguments that run a stack in the foreground
 * @throws StackError `STACK_ALREADY_RUNNING`, `STACK_SERVER_FAILED`
 */
export async function startInBackground(place: StackPlace, command: readonly string[]): Promise<StackState> {
  await requireNoStack(place);
  await mkdir(place.folder, { recursive: true });
  const logFile = join(place.folder, 'stack.log');
  const log = await open(logFile, 'w', 0o600);
  const child = spawn(process.execPath, command, { detached: true, stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  await log.close();
  try {
    await ready(child);
  } catch (error) {
    throw new StackError(STACK_SERVER_FAILED, `The stack did not start: ${(error as Error).message}\n${await readFile(logFile, 'utf8')}`, ['Read the output above.'], error);
  }
  child.disconnect();
  child.unref();
  return requireStack(place);
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
  });
}

/**
 * Ends the running stack and waits until its process is gone.
 *
 * @throws StackError `STACK_NOT_RUNNING`
 */
export async function stopStack(place: StackPlace): Promise<void> {
  const state = await requireStack(place);
  process.kill(state.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isRunning(state) && Date.now() < deadline) await sleep(50);
  // Its servers end with it in any case.
  if (isRunning(state)) process.kill(state.pid, 'SIGKILL');
  await removeWritten(place);
}
