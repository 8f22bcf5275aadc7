import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createSampleTables } from './sample-data.ts';
import { startStack } from './stack.ts';
import { writeStackConfig } from './stack-config.ts';
import { type StackState, readStackState, removeStackState, writeStackState } from './stack-state.ts';

/** Where a stack keeps its state: `.stack/` at the root of the workspace. */
export interface StackPlace {
  readonly folder: string;
  readonly stateFile: string;
}

export function stackPlace(folder: string): StackPlace {
  return { folder, stateFile: join(folder, 'state.json') };
}

/**
 * Runs a stack in this process until it gets SIGINT, SIGTERM or SIGHUP, then ends its servers and removes what it wrote.
 *
 * @param onReady called once all servers answer and the configuration is written
 */
export async function runStack(place: StackPlace, onReady: (state: StackState) => void): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  {
    await using stack = await startStack();
    await createSampleTables(stack.mariadb);
    const configFolder = await writeStackConfig(stack, place.folder);
    const environment = { TIDEMARK_CONFIG: configFolder, ...stack.environment() };
    await writeStackState(place.stateFile, { startedAt: new Date().toISOString(), configFolder, environment });
    const state = await readStackState(place.stateFile);
    if (state !== undefined) onReady(state);
    await keepAlive(stopped);
  }
  await removeWritten(place);
}

/** Removes the state, the configuration and the credentials of a stack that has ended. */
export async function removeWritten(place: StackPlace): Promise<void> {
  await removeStackState(place.stateFile);
  for (const name of ['config', '.env', 'mariadb-ca.pem', 'redshift-ca.pem']) await rm(join(place.folder, name), { recursive: true, force: true });
}

/** The servers do not keep a process alive, and neither does a promise. */
async function keepAlive(until: Promise<void>): Promise<void> {
  const timer = setInterval(() => undefined, 60_000);
  try {
    await until;
  } finally {
    clearInterval(timer);
  }
}
