import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The emulator as a process of its own. */
export interface EmulatorProcess extends AsyncDisposable {
  child: ChildProcess;
  url: string;
  controlUrl: string;
}

export const CONTROL_TOKEN = 'control-token';

export async function startEmulatorProcess(dataDir: string): Promise<EmulatorProcess> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', main, '--data', dataDir, '--bucket', 'shop-data', '--region', 'eu-central-1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, S3_EMULATOR_ACCESS_KEYS: JSON.stringify({ AKIATEST: { secret: 'test-secret' } }), S3_EMULATOR_CONTROL_TOKEN: CONTROL_TOKEN },
  });
  let controlPort = '';
  for await (const line of createInterface(child.stdout!)) {
    const [word, port] = line.split(' ');
    if (word === 'control') controlPort = port!;
    if (word !== 'ready') continue;
    const end = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    };
    return { child, url: `http://127.0.0.1:${port}`, controlUrl: `http://127.0.0.1:${controlPort}`, [Symbol.asyncDispose]: end };
  }
  throw new Error('the emulator ended before it was ready');
}
