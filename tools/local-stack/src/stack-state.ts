import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a running stack leaves in its state file for other processes. */
export interface StackState {
  readonly pid: number;
  /** Start time of that process in clock ticks since boot, which tells it from a later one with the same id (proc(5)). */
  readonly processStart: string;
  readonly startedAt: string;
  readonly configFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes the state file, readable by its owner only; it is complete or absent. */
export async function writeStackState(file: string, state: Omit<StackState, 'pid' | 'processStart'>): Promise<void> {
  const content: StackState = { pid: process.pid, processStart: processStart(process.pid) ?? '', ...state };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(content, undefined, 2), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The state of the stack that runs; undefined when there is none, or when its process is gone. */
export async function readStackState(file: string): Promise<StackState | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = JSON.parse(text) as StackState;
  return isRunning(state) ? state : undefined;
}

export async function removeStackState(file: string): Promise<void> {
  await rm(file, { force: true });
}

export function isRunning({ pid, processStart: start }: StackState): boolean {
  return processStart(pid) === start;
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process or it is a zombie. */
function processStart(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
