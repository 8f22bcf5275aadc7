import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Where Node keeps what it compiled, from one start to the next: the tests start the program hundreds of times. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

/** How a process ended: with a code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A node program that runs as a process of its own. */
export interface Program {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr has this text. */
  said(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** Processes that must not outlive the tests, frozen ones too. */
const running = new Set<Program>();
process.on('exit', killPrograms);

/** Ends every program that still runs. */
export function killPrograms(): void {
  for (const program of running) program.signal('SIGKILL');
}

/** Starts a node program with this environment and no other, and with what other starts have compiled, in the working directory of this process unless another is given. */
export function startProgram(file: string, args: readonly string[], environment: Readonly<Record<string, string>>, cwd?: string): Program {
  const child = spawn(process.execPath, [file, ...args], { env: { NODE_COMPILE_CACHE: COMPILED, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], cwd });
  if (child.pid === undefined) throw new Error(`${file} could not be started`);
  const [stdout, stderr] = [new Collected(child.stdout), new Collected(child.stderr)];
  const ended = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(([code, signal]) => {
    running.delete(program);
    return { code, signal, stdout: stdout.text, stderr: stderr.text };
  });
  const program: Program = { pid: child.pid, ended, said: (text) => stderr.has(text), signal: (name) => void child.kill(name) };
  running.add(program);
  return program;
}

/** The text that came out of a stream so far. */
class Collected {
  text = '';
  readonly #stream: Readable;

  constructor(stream: Readable) {
    this.#stream = stream.setEncoding('utf8').on('data', (chunk: string) => void (this.text += chunk));
  }

  async has(text: string): Promise<void> {
    while (!this.text.includes(text)) await once(this.#stream, 'data');
  }
}
