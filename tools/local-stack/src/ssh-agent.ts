import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stat } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from './programs.ts';
import { runProgram } from './run-program.ts';
import { makeServerFolder, removeServerFolder } from './server-room.ts';

/** An ssh agent with keys. Disposing it ends it. */
export interface SshAgent extends AsyncDisposable {
  /** What SSH_AUTH_SOCK would be. */
  readonly socketPath: string;
}

/** Starts an agent and gives it keys that have no passphrase. */
export async function startSshAgent(keyPaths: readonly string[]): Promise<SshAgent> {
  const folder = await makeServerFolder('agent');
  const socketPath = join(folder, 'agent.sock');
  const program = findProgram('ssh-agent');
  const agent = spawn(program.path, ['-D', '-a', socketPath], { env: program.env, stdio: 'ignore' });
  const ended = once(agent, 'exit');
  const stop = async (): Promise<void> => {
    agent.kill('SIGKILL');
    await ended;
    await removeServerFolder(folder);
  };
  try {
    while (!(await stat(socketPath).then(() => true, () => false)) && agent.exitCode === null) await sleep(10);
    const adder = findProgram('ssh-add');
    for (const path of keyPaths) await runProgram({ ...adder, env: { ...adder.env, SSH_AUTH_SOCK: socketPath } }, ['-q', path]);
    return { socketPath, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
