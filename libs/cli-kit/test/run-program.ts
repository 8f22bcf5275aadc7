import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where Node keeps what it compiled, from one start to the next. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly process: ChildProcess;
  /** Resolves once the program has printed the text on stderr. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts a TypeScript program of this folder. Its outputs are pipes, unless stdout is given as an open file. */
export function startProgram(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, stdout: number | 'pipe' = 'pipe'): Program {
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', fileURLToPath(new URL(file, import.meta.url)), ...args], { env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILED, ...env }, stdio: ['ignore', stdout, 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (printed.stdout += chunk));
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (printed.stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...printed }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (printed.stderr.includes(text)) resolve();
      };
      child.stderr!.on('data', look);
      child.once('close', () => reject(new Error(`it ended without saying ${text}: ${printed.stderr}`)));
      look();
    });
  return { process: child, said, ended };
}
