import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { STACK_SERVER_FAILED, StackError } from './errors.ts';
import type { Program } from './programs.ts';
import { listServer, unlistServer } from './server-room.ts';

/** The last part of a server's output that an error shows. */
const OUTPUT_TAIL_BYTES = 8_192;

/** A server that has not ended on its stop signal after this time is killed. */
const STOP_TIMEOUT_MS = 3_000;

export interface ServerCommand {
  readonly name: string;
  readonly program: Program;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Run as this user and group instead of the present one. */
  readonly uid?: number;
  /** A line of the server's output that says it is ready. */
  readonly readyLine: RegExp;
  readonly readyTimeoutMs?: number;
  /** The signal that ends it quickly and leaves nothing behind; SIGKILL follows when it does not. */
  readonly stopSignal?: NodeJS.Signals;
}

/** A running server. It dies with this process, however this process ends. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends a signal; SIGSTOP freezes the server, SIGCONT wakes it. */
  signal(name: NodeJS.Signals): void;
  /** The newest output of the server. */
  output(): string;
  /** Ends the server at once, without waiting for its clients, and resolves when it is gone. May be repeated. */
  kill(): Promise<void>;
}

/**
 * Starts a server and waits for its ready line.
 *
 * @throws StackError `STACK_SERVER_FAILED` – it ended or stayed silent; the message carries its last output
 */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { name, program, readyTimeoutMs = 60_000 } = command;
  const child = spawn(program.path, command.args, {
    cwd: command.cwd,
    env: program.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in the terminal is for the owner, who ends its servers itself.
    detached: true,
    ...(command.uid === undefined ? {} : { uid: command.uid, gid: command.uid }),
  });
  const tail = followOutput(child);
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new StackError(STACK_SERVER_FAILED, `${name} cannot be started: ${error.message}`, ['Run: npm run setup'], error);
  }
  const pid = child.pid;
  listServer(pid);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      unlistServer(pid);
      resolve();
    });
  });
  const kill = async (): Promise<void> => {
    // Waiting has to keep this process alive, which a running server does not.
    child.ref();
    child.kill('SIGCONT');
    child.kill(command.stopSignal ?? 'SIGKILL');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(tooLong);
  };
  try {
    await readiness(child, command.readyLine, tail, readyTimeoutMs);
  } catch (error) {
    await kill();
    throw new StackError(STACK_SERVER_FAILED, `${name} did not start: ${(error as Error).message}\n${tail()}`, ['Read the server output above.'], error);
  }
  // A server that nobody disposes must not keep this process alive; the watchdog ends it.
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void } | null)?.unref();
  return { pid, signal: (signal) => void child.kill(signal), output: tail, kill, [Symbol.asyncDispose]: kill };
}

function followOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      text = (text + chunk).slice(-OUTPUT_TAIL_BYTES);
    });
  }
  return () => text;
}

function readiness(child: ChildProcess, readyLine: RegExp, tail: () => string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`no sign of life within ${timeoutMs} ms`)), timeoutMs);
    const look = (): void => {
      if (readyLine.test(tail())) finish();
    };
    const onExit = (code: number | null, signal: string | null): void => finish(new Error(`it ended with ${signal ?? `exit code ${code}`}`));
    const onError = (error: Error): void => finish(error);
    const finish = (error?: Error): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
      child.off('close', onExit);
      child.off('error', onError);
      if (error) reject(error);
      else resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    // 'close' comes after the last output, so that the error can show it.
    child.once('close', onExit);
    child.once('error', onError);
  });
}
